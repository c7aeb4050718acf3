//! Dualbench's own client.
//!
//! HOOK: not wired yet. To wire it: hold `engines::client`'s handle in `Dualbench`, let `open` open its connection, let `read`
//! send `body` with the exchange's header and turn the finished trace into `Stamps::Chunks` (absolute CLOCK_MONOTONIC ns:
//! `simulated::ns_of(sent) + offset`), and set `WIRED` to true.

use std::net::SocketAddr;

use super::{Contender, Stamps};

pub const WIRED: bool = false;

#[derive(Clone)]
pub struct Dualbench;

impl Contender for Dualbench {
    type Line = ();

    fn new(_address: SocketAddr) -> Dualbench {
        Dualbench
    }

    async fn open(&self) {
        unimplemented!("dualbench's client is not wired")
    }

    async fn read((): &mut (), _exchange: &str, _body: &str) -> Stamps {
        unimplemented!("dualbench's client is not wired")
    }
}
