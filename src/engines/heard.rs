//! A stream's events one by one, as they were sent: for who checks a protocol, never for figures.

use std::time::Duration;

use crate::engines::client::Client;
use crate::engines::dialects::Event;
use crate::engines::framer::Framer;
use crate::engines::raw::{Cursor, Raw};

/// One event.
#[derive(Debug, PartialEq)]
pub struct Heard {
    /// Empty where the event has none.
    pub name: String,
    /// Our stamp, from the send.
    pub arrived: Duration,
    /// What the dialect reads in it, or what is wrong with it.
    pub event: Result<Event<'static>, String>,
}

impl Client {
    /// Every event of a response. An event over the cap ends the list as one that is wrong.
    pub fn hear(&self, raw: &Raw) -> Vec<Heard> {
        let config = self.config();
        let mut framer = Framer::new(config.dialect.framing(), config.line_bytes);
        let (mut cursor, mut out) = (Cursor::default(), Vec::new());
        loop {
            let payload = match framer.next(&raw.body, true) {
                Ok(Some(payload)) => payload,
                Ok(None) => return out,
                Err(e) => {
                    out.push(Heard { name: String::new(), arrived: raw.closed, event: Err(e.to_string()) });
                    return out;
                }
            };
            let data = payload.data.trim_ascii();
            if data.is_empty() {
                continue;
            }
            let (_, arrived) = cursor.find(&raw.marks, payload.end);
            let event = config.dialect.event(payload.name, data).map(Event::into_owned);
            out.push(Heard { name: String::from_utf8_lossy(payload.name).into_owned(), arrived, event });
        }
    }
}
