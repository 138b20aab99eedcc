//! The desk's pages: their files and texts; and in a real browser, first before a server of canned answers, then a clerk's and a signatory's
//! whole day before the real one. Pictures go to `target/tmp/browser`.

pub mod canned;
mod counter;
mod custody;
mod day;
mod dropped;
mod files;
mod forgotten;
mod keeper;
mod pages;
mod prior;
