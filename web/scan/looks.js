// What changes from frame to frame: one way of preparing misses what the next reads. The order is that of the decode rates in
// tests/long/scan_web, which reads these same lists.

/** For the small decoder: which part of the frame, prepared how. @type {[string, string][]} */
export const LOOKS = [
  ["centre", "sharp"],
  ["centre", "plain"],
  ["whole", "sharp"],
  ["centre", "soft"],
  ["whole", "plain"],
  ["centre", "halved"],
  ["centre", "stretched"],
  ["centre", "inverted"],
];

/** Once the strongest is here it reads more in less time; the small one reads some of what that does not. @type {["small" | "strong", string, string][]} */
export const STRENGTHENED = [
  ["strong", "centre", "sharp"],
  ["strong", "centre", "soft"],
  ["small", "centre", "sharp"],
  ["strong", "whole", "sharp"],
  ["strong", "centre", "plain"],
  ["strong", "centre", "stretched"],
];
