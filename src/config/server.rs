//! `[server]`: where the daemon listens, and who may talk to it.

use std::net::SocketAddr;
use std::path::Path;

use crate::config::file::File;
use crate::config::secret::{Secret, secret};

/// Characters of a token, at least.
const TOKEN_LENGTH: usize = 16;

/// Where the daemon listens and who may talk to it.
#[derive(Debug, Clone)]
pub struct Server {
    pub listen: SocketAddr,
    /// Needed from every client when set; must be set where `listen` is not loopback.
    pub token: Option<Secret>,
    /// Names beside `localhost` and the addresses under which the daemon may be reached.
    pub host_names: Vec<String>,
}

pub(super) fn server(dir: &Path, file: &File, problems: &mut Vec<String>) -> Server {
    let s = &file.server;
    let listen = s.listen.as_deref().unwrap_or("127.0.0.1:7373");
    let listen = listen.parse().unwrap_or_else(|_| {
        problems.push(format!("server.listen: `{listen}` is no address and port; write for example `127.0.0.1:7373`"));
        SocketAddr::from(([127, 0, 0, 1], 7373))
    });
    let token = secret(dir, "server.token", s.token_env.as_deref(), s.token_file.as_deref(), problems).map(Secret);
    if token.as_ref().is_some_and(|t| !is_token(t.expose())) {
        problems.push(format!(
            "server.token: it must have {TOKEN_LENGTH} characters or more, each a letter, a digit or one of `. _ ~ -`, \
             since it travels in an address and in a cookie; make one for example with `openssl rand -hex 16`"
        ));
    }
    if !listen.ip().is_loopback() && token.is_none() && !problems.iter().any(|p| p.starts_with("server.token")) {
        problems.push(format!(
            "server.listen: {listen} can be reached from other machines, so a token is needed: set server.token_env \
             or server.token_file, or listen on 127.0.0.1"
        ));
    }
    Server { listen, token, host_names: s.host_names.clone().unwrap_or_default() }
}

/// What stands in an address, a header and a cookie as it is.
fn is_token(text: &str) -> bool {
    text.len() >= TOKEN_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
}
