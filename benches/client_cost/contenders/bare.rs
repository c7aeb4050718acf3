//! The physical limit: a socket, a buffer, a stamp for each read. Understands nothing.

use std::io;
use std::net::SocketAddr;

use dualbench::engines::simulated::now_ns;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Contender, Stamps};

#[derive(Clone)]
pub struct Bare {
    address: SocketAddr,
}

impl Contender for Bare {
    type Line = TcpStream;

    fn new(address: SocketAddr) -> Bare {
        Bare { address }
    }

    async fn open(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    async fn read(line: &mut TcpStream, exchange: &str, body: &str) -> Stamps {
        let request = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nx-dualbench-exchange: {exchange}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        line.write_all(request.as_bytes()).await.unwrap();
        let (mut reads, mut total) = (Vec::with_capacity(192), 0);
        loop {
            line.readable().await.unwrap();
            // On the stack of the poll, not in the task: a line keeps no buffer while it waits.
            let mut buffer = [0; 4096];
            match line.try_read(&mut buffer) {
                Ok(0) => panic!("the engine closed a line"),
                Ok(count) => {
                    let at_ns = now_ns();
                    total += count as u64;
                    reads.push((at_ns, total));
                    // HTTP's own end mark, which the engine sends in one write with `[DONE]`.
                    if buffer[..count].ends_with(b"\r\n0\r\n\r\n") {
                        return Stamps::Reads(reads);
                    }
                }
                Err(again) if again.kind() == io::ErrorKind::WouldBlock => {}
                Err(broken) => panic!("a line broke: {broken}"),
            }
        }
    }
}
