//! The journal's file: one line for each run that has ended, on the disk before the run counts as ended.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The writing side. The file is opened for each line anew: there is one a run, and a file that was moved away in
/// between is made again instead of being written to unseen.
#[derive(Debug)]
pub struct Journal {
    pub path: PathBuf,
    /// What a failed write may have left behind.
    torn: Option<Torn>,
}

#[derive(Debug)]
struct Torn {
    /// The end of the last line that is known to be good.
    good: u64,
    /// What was to be written there.
    bytes: Vec<u8>,
}

impl Journal {
    pub fn new(path: PathBuf) -> Journal {
        Journal { path, torn: None }
    }

    /// Appends these lines (each without its line break), and returns once they are on the disk. After an error none of
    /// them counts: the next call first cuts off what the failed one left.
    pub fn append<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        let is_new = !self.path.exists();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
        if let Some(torn) = &self.torn {
            cut(&mut file, torn)?;
            self.torn = None;
        }
        let good = file.metadata()?.len();
        let mut bytes = Vec::new();
        if good > 0 && last_byte(&mut file, good)? != b'\n' {
            // Somebody else's tail. It becomes a line of its own, and the next start sets it aside.
            bytes.push(b'\n');
        }
        for line in lines {
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        // A failed fsync is not tried again as if nothing had happened: the kernel may have dropped the pages. The
        // line is cut off and written anew.
        if let Err(error) = file.write_all(&bytes).and_then(|()| file.sync_all()) {
            let torn = Torn { good, bytes };
            if let Err(later) = cut(&mut file, &torn) {
                tracing::warn!(path = %self.path.display(), error = %later, "the rest of a failed write is still in the journal; it is cut off before the next line");
            }
            self.torn = Some(torn);
            return Err(error);
        }
        if is_new {
            sync_folder_of(&self.path)?;
        }
        Ok(())
    }
}

/// Cuts the rest of a failed write off, if it is still what lies behind the last good line.
fn cut(file: &mut File, torn: &Torn) -> io::Result<()> {
    let Some(behind) = file.metadata()?.len().checked_sub(torn.good) else { return Ok(()) };
    if behind == 0 || behind > torn.bytes.len() as u64 {
        return Ok(());
    }
    let mut found = Vec::new();
    file.seek(SeekFrom::Start(torn.good))?;
    file.take(behind).read_to_end(&mut found)?;
    if torn.bytes.starts_with(&found) || found.iter().all(|b| *b == 0) {
        file.set_len(torn.good)?;
        file.sync_all()?;
    }
    Ok(())
}

fn last_byte(file: &mut File, len: u64) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::Start(len - 1))?;
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// Makes a new or renamed file's name durable.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Folders cannot be opened as files everywhere; there the file system keeps names durable by itself.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_one_another() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::new(dir.path().join("j.jsonl"));
        journal.append(["a"]).expect("written");
        journal.append(["b", "c"]).expect("written");
        assert_eq!(std::fs::read_to_string(&journal.path).expect("text"), "a\nb\nc\n");
    }

    #[test]
    fn a_foreign_tail_does_not_swallow_the_next_line() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("j.jsonl");
        std::fs::write(&path, "a\n{\"half").expect("written");
        Journal::new(path.clone()).append(["b"]).expect("written");
        assert_eq!(std::fs::read_to_string(path).expect("text"), "a\n{\"half\nb\n");
    }

    #[test]
    fn what_a_failed_write_left_is_cut_off_before_the_next_line() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("j.jsonl");
        let whole = b"first\n".to_vec();
        for kept in 0..=whole.len() {
            std::fs::write(&path, [b"good\n", &whole[..kept]].concat()).expect("written");
            let mut journal = Journal::new(path.clone());
            journal.torn = Some(Torn { good: 5, bytes: whole.clone() });
            journal.append(["second"]).expect("written");
            assert_eq!(std::fs::read_to_string(&path).expect("text"), "good\nsecond\n", "{kept} bytes left");
        }
    }

    #[test]
    fn what_somebody_else_wrote_is_not_cut_off() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("j.jsonl");
        std::fs::write(&path, "good\nother\n").expect("written");
        let mut journal = Journal::new(path.clone());
        journal.torn = Some(Torn { good: 5, bytes: b"first line\n".to_vec() });
        journal.append(["second"]).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "good\nother\nsecond\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_and_the_line_can_be_written_later() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("j.jsonl");
        std::os::unix::fs::symlink("/dev/full", &path).expect("a link");
        let mut journal = Journal::new(path.clone());
        for _ in 0..3 {
            assert_eq!(journal.append(["a"]).expect_err("full").kind(), io::ErrorKind::StorageFull);
        }
        std::fs::remove_file(&path).expect("gone");
        std::fs::write(&path, "old\n").expect("written");
        journal.append(["a"]).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "old\na\n");
    }
}
