//! Reading the journal at the start: what is in it, and setting aside what is no line of ours. Nothing is ever deleted.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::events::{RunId, WallTime};
use crate::store::history::RunRow;
use crate::store::journal::sync_folder_of;
use crate::store::line::{LineRead, read_line};

/// A longer line is no line of ours. It bounds what a damaged file can make us hold in memory.
const LINE_BYTES_MAX: u64 = 64 << 20;
/// How each entry of the set-aside file begins.
const ASIDE: &str = "# set aside ";
/// How each of our lines begins.
const OURS: &[u8] = b"{\"schema\":";

/// A line that stands for a run.
#[derive(Debug)]
pub struct LineAt {
    pub row: RunRow,
    offset: u64,
    len: u64,
}

/// Bytes that are no line of ours.
#[derive(Debug, PartialEq, Eq)]
struct Aside {
    offset: u64,
    len: u64,
    why: String,
}

/// What is in the journal.
#[derive(Debug, Default)]
pub struct Scan {
    /// In the order of the file.
    pub lines: Vec<LineAt>,
    /// Lines of a newer schema, those that name their run included.
    pub newer: u32,
    /// Those of them that name no run.
    pub unnamed: u32,
    aside: Vec<Aside>,
    /// The last line is whole but for its line break.
    unterminated: bool,
}

impl Scan {
    /// Reads the journal; a file that is not there is an empty one.
    pub fn of(path: &Path) -> io::Result<Scan> {
        match File::open(path) {
            Ok(file) => Scan::of_file(&file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Scan::default()),
            Err(error) => Err(error),
        }
    }

    /// Reads a journal that is open, from its beginning.
    pub fn of_file(file: &File) -> io::Result<Scan> {
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        let mut scan = Scan::default();
        let mut reader = BufReader::new(file);
        let (mut offset, mut line) = (0_u64, Vec::new());
        loop {
            line.clear();
            let read = reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? as u64;
            if read == 0 {
                return Ok(scan);
            }
            scan.take(offset, &line);
            offset += read;
        }
    }

    fn take(&mut self, offset: u64, line: &[u8]) {
        let terminated = line.last() == Some(&b'\n');
        match read_line(line) {
            LineRead::Blank => return,
            LineRead::Run(row) => {
                self.newer += u32::from(row.state.is_none());
                self.lines.push(LineAt { row: *row, offset, len: line.len() as u64 });
            }
            LineRead::Newer { .. } => {
                self.newer += 1;
                self.unnamed += 1;
            }
            LineRead::Foreign(why) => {
                let whole = whole_line_within(line);
                let why = if terminated { why } else { format!("torn last line: {why}") };
                self.aside.push(Aside { offset, len: whole.unwrap_or(line.len()) as u64, why });
                if let Some(at) = whole {
                    self.take(offset + at as u64, &line[at..]);
                }
                return;
            }
        }
        self.unterminated = !terminated;
    }

    /// Of each run the last line that stands for it; the runs in the order of their making.
    pub fn last_lines(&self) -> BTreeMap<RunId, &LineAt> {
        self.lines.iter().map(|line| (line.row.run, line)).collect()
    }

    /// How many pieces are to be set aside.
    pub fn to_set_aside(&self) -> u32 {
        self.aside.len() as u32
    }

    pub fn needs_mending(&self) -> bool {
        !self.aside.is_empty() || self.unterminated
    }

    /// Copies what is no line of ours to the set-aside file, then puts a journal without it in the old one's place,
    /// all at once. Killed in between, the next start does it again: then the piece is set aside twice.
    pub fn mend(&self, path: &Path) -> io::Result<()> {
        let mut old = File::open(path)?;
        if !self.aside.is_empty() {
            self.copy_aside(&mut old, &aside_path(path))?;
        }
        let fresh_path = beside(path, ".rewrite");
        let mut fresh = BufWriter::new(File::create(&fresh_path)?);
        let mut at = 0;
        for piece in &self.aside {
            copy(&mut old, at, piece.offset - at, &mut fresh)?;
            at = piece.offset + piece.len;
        }
        copy(&mut old, at, u64::MAX, &mut fresh)?;
        if self.unterminated {
            fresh.write_all(b"\n")?;
        }
        let fresh = fresh.into_inner().map_err(io::IntoInnerError::into_error)?;
        fresh.set_permissions(old.metadata()?.permissions())?;
        fresh.sync_all()?;
        std::fs::rename(&fresh_path, path)?;
        sync_folder_of(path)
    }

    fn copy_aside(&self, old: &mut File, aside_path: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(OpenOptions::new().append(true).create(true).open(aside_path)?);
        for piece in &self.aside {
            let Aside { offset, len, why } = piece;
            writeln!(out, "{ASIDE}{} from byte {offset}, {len} bytes: {}", WallTime::now(), why.replace('\n', " "))?;
            copy(old, *offset, *len, &mut out)?;
            out.write_all(b"\n")?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        sync_folder_of(aside_path)
    }
}

impl LineAt {
    /// The line's text, word for word, without its line break.
    pub fn text(&self, journal: &mut File) -> io::Result<String> {
        let mut bytes = Vec::new();
        copy(journal, self.offset, self.len, &mut bytes)?;
        let text = String::from_utf8(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        Ok(text.trim().to_owned())
    }
}

/// Where a whole line of ours begins within a foreign one: behind a block of zeros, or behind the torn beginning of
/// another line.
fn whole_line_within(line: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(line, OURS)
        .filter(|at| *at > 0)
        .find(|at| matches!(read_line(&line[*at..]), LineRead::Run(_)))
}

fn copy(from: &mut File, offset: u64, len: u64, to: &mut impl Write) -> io::Result<()> {
    from.seek(SeekFrom::Start(offset))?;
    io::copy(&mut from.take(len), to).map(|_| ())
}

/// Where pieces of this journal are set aside.
pub fn aside_path(journal: &Path) -> PathBuf {
    beside(journal, ".set-aside")
}

/// How many pieces were ever set aside from this journal. None if the file cannot be read.
pub fn count_aside(journal: &Path) -> u64 {
    let Ok(file) = File::open(aside_path(journal)) else { return 0 };
    BufReader::new(file).split(b'\n').map_while(Result::ok).filter(|l| l.starts_with(ASIDE.as_bytes())).count() as u64
}

pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
