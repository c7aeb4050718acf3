//! What the journal tells a reader beside the daemon: of each run its last line. Nothing here writes or holds a lock.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::store::scan::Scan;

/// The runs of a journal.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// The line of each run, word for word; the latest run first.
    pub lines: Vec<String>,
    /// Lines of the whole journal that name no run of ours: torn, somebody else's, or of a newer schema.
    pub foreign: u32,
}

impl Past {
    /// The latest runs, `limit` of them at most; `scenario` leaves out the runs of all others. A journal that is not
    /// there is an empty one.
    pub fn read(journal: &Path, limit: usize, scenario: Option<&str>) -> io::Result<Past> {
        // Opened once: a daemon that starts meanwhile may put a mended journal in this one's place.
        let mut file = match File::open(journal) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Past::default()),
            Err(error) => return Err(error),
        };
        let scan = Scan::of_file(&file)?;
        let runs = scan.last_lines();
        let latest_first = runs.into_values().rev();
        let wanted = latest_first.filter(|line| scenario.is_none_or(|name| line.row.scenario == name)).take(limit);
        let lines = wanted.map(|line| line.text(&mut file)).collect::<io::Result<_>>()?;
        Ok(Past { lines, foreign: scan.to_set_aside() + scan.unnamed })
    }
}
