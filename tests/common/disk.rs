//! Small disks to fill.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::shared::is_required;

/// A file system in memory of its own, unmounted at the end.
pub struct Disk(PathBuf);

impl Disk {
    /// `None` where mounting is not allowed.
    pub fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={megabytes}m,mode=0755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(at.to_owned()));
        }
        assert!(!is_required(), "SKILLPASS_REQUIRE=1, and a file system cannot be mounted here");
        eprintln!("NOT RUN: full disks are not tried, since this user cannot mount a file system");
        None
    }

    pub fn remount(&self, options: &str) {
        let status = Command::new("mount").arg("-o").arg(format!("remount,{options}")).arg(&self.0).status().unwrap();
        assert!(status.success());
    }

    /// Leaves so many bytes free.
    pub fn fill(&self, leaving: u64) {
        let filler = std::fs::File::create(self.0.join("filler")).unwrap();
        let disk = self.free();
        zeros(&filler, disk.saturating_sub(leaving));
    }

    fn free(&self) -> u64 {
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap()
    }

    pub fn empty(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Zeros, as many as there is room for.
fn zeros(mut file: &std::fs::File, bytes: u64) {
    use std::io::Write as _;
    let block = vec![0; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let next = usize::try_from(left.min(block.len() as u64)).unwrap();
        if file.write_all(&block[..next]).is_err() {
            return;
        }
        left -= next as u64;
    }
}
