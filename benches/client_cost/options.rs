//! The command line: of the bench itself, and of the two kinds of child it starts from its own binary.

use std::net::SocketAddr;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContenderName {
    Bare,
    Reqwest,
    Dualbench,
}

impl ContenderName {
    pub const ALL: [ContenderName; 3] = [ContenderName::Bare, ContenderName::Reqwest, ContenderName::Dualbench];

    pub fn name(self) -> &'static str {
        match self {
            ContenderName::Bare => "bare",
            ContenderName::Reqwest => "reqwest",
            ContenderName::Dualbench => "dualbench",
        }
    }

    fn parse(name: &str) -> Result<ContenderName, String> {
        let known = Self::ALL.into_iter().find(|contender| contender.name() == name);
        known.ok_or_else(|| format!("no contender `{name}`; there are bare, reqwest, dualbench"))
    }
}

/// `[--streams 1,32] [--contenders bare,reqwest] [--passes 3] [--tokens 128] [--runtime current|multi]`
#[derive(Debug, Clone)]
pub struct Options {
    pub streams: Vec<usize>,
    pub contenders: Vec<ContenderName>,
    /// Fresh processes per row; the row shows the median of their figures.
    pub passes: usize,
    pub tokens: usize,
    pub workers: Workers,
}

/// The tokio runtime of a contender's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    Current,
    /// Two worker threads.
    Multi,
}

/// One contender in one process.
#[derive(Debug, Clone)]
pub struct Trial {
    pub contender: ContenderName,
    pub streams: usize,
    pub tokens: usize,
    pub workers: Workers,
    pub address: SocketAddr,
}

pub enum Mode {
    Compare(Options),
    Engine,
    Trial(Trial),
}

impl Mode {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Mode, String> {
        let mut options = Options {
            streams: vec![1, 32, 256, 1024],
            contenders: ContenderName::ALL.to_vec(),
            passes: 3,
            tokens: 128,
            workers: Workers::Current,
        };
        let mut address = None;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                // What cargo adds.
                "--bench" => {}
                "--engine" => return Ok(Mode::Engine),
                "--streams" => {
                    options.streams =
                        list(&value()?, |item| item.parse().map_err(|_| format!("`{item}` is no number")))?
                }
                "--contenders" => options.contenders = list(&value()?, ContenderName::parse)?,
                "--passes" => options.passes = value()?.parse().map_err(|_| "--passes is no number")?,
                "--tokens" => options.tokens = value()?.parse().map_err(|_| "--tokens is no number")?,
                "--runtime" => options.workers = Workers::parse(&value()?)?,
                "--trial" => address = Some(value()?.parse().map_err(|_| "--trial needs the engine's address")?),
                unknown => return Err(format!("unknown argument `{unknown}`")),
            }
        }
        Ok(match address {
            Some(address) => Mode::Trial(options.trial(options.contenders[0], options.streams[0], address)),
            None => Mode::Compare(options),
        })
    }
}

impl Options {
    pub fn trial(&self, contender: ContenderName, streams: usize, address: SocketAddr) -> Trial {
        Trial { contender, streams, tokens: self.tokens, workers: self.workers, address }
    }
}

impl Trial {
    /// What [`Mode::parse`] reads back in the child.
    pub fn arguments(&self) -> Vec<String> {
        let address = self.address.to_string();
        let (streams, tokens) = (self.streams.to_string(), self.tokens.to_string());
        let pairs = [
            ["--streams", &streams],
            ["--contenders", self.contender.name()],
            ["--tokens", &tokens],
            ["--runtime", self.workers.name()],
            ["--trial", &address],
        ];
        pairs.concat().into_iter().map(str::to_owned).collect()
    }
}

impl Workers {
    fn name(self) -> &'static str {
        match self {
            Workers::Current => "current",
            Workers::Multi => "multi",
        }
    }

    fn parse(name: &str) -> Result<Workers, String> {
        let known = [Workers::Current, Workers::Multi].into_iter().find(|workers| workers.name() == name);
        known.ok_or_else(|| format!("no runtime `{name}`; there are current, multi"))
    }
}

fn list<T>(text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.split(',').map(parse).collect()
}
