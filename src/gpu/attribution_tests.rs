//! Ports and processes, on a made-up `/proc` and on the real one.

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use super::*;

const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

/// A line of `/proc/net/tcp`.
fn socket(port: u16, state: &str, inode: u64) -> String {
    format!(
        "   0: 0100007F:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 {inode} 1 0 100 0 0 10 0\n"
    )
}

fn tree(tcp: &str, tcp6: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(dir.path().join("net")).expect("net");
    fs::write(dir.path().join("net/tcp"), format!("{HEAD}{tcp}")).expect("tcp");
    fs::write(dir.path().join("net/tcp6"), format!("{HEAD}{tcp6}")).expect("tcp6");
    dir
}

fn process(root: &Path, pid: u32, parent: u32, name: &str, inode: Option<u64>) {
    let dir = root.join(pid.to_string());
    fs::create_dir_all(dir.join("fd")).expect("fd");
    fs::write(dir.join("comm"), format!("{name}\n")).expect("comm");
    fs::write(dir.join("stat"), format!("{pid} ({name}) S {parent} 1 1 0 -1")).expect("stat");
    if let Some(inode) = inode {
        symlink(format!("socket:[{inode}]"), dir.join("fd/3")).expect("link");
    }
}

#[test]
fn the_listener_and_all_its_descendants_are_the_engine() {
    let dir = tree(&socket(8080, "0A", 77), "");
    process(dir.path(), 10, 1, "ollama", Some(77));
    process(dir.path(), 20, 10, "runner) (a", None);
    process(dir.path(), 30, 20, "worker", None);
    process(dir.path(), 40, 1, "else", Some(78));
    assert_eq!(ProcTree::at(dir.path()).on_port(8080), Ok(Engine { pids: vec![10, 20, 30] }));
}

#[test]
fn a_client_on_the_same_port_number_is_no_listener() {
    let dir = tree(&socket(8080, "01", 77), "");
    process(dir.path(), 10, 1, "curl", Some(77));
    assert_eq!(ProcTree::at(dir.path()).on_port(8080), Err(NotAttributed::NoListener(8080)));
}

#[test]
fn a_listener_on_ipv6_counts_too() {
    let dir = tree("", &socket(8081, "0A", 5).replace("0100007F", "00000000000000000000000000000000"));
    process(dir.path(), 9, 1, "vllm", Some(5));
    assert_eq!(ProcTree::at(dir.path()).on_port(8081), Ok(Engine { pids: vec![9] }));
}

#[test]
fn a_socket_without_a_visible_holder_is_hidden() {
    let dir = tree(&socket(8080, "0A", 77), "");
    process(dir.path(), 10, 1, "ollama", None);
    assert_eq!(ProcTree::at(dir.path()).on_port(8080), Err(NotAttributed::Hidden(8080)));
}

#[test]
fn a_port_that_is_passed_on_to_a_container_is_not_taken_for_the_engine() {
    let dir = tree(&socket(8080, "0A", 77), "");
    process(dir.path(), 10, 1, "docker-proxy", Some(77));
    let expected = NotAttributed::PassedOn { port: 8080, name: "docker-proxy".to_owned() };
    assert_eq!(ProcTree::at(dir.path()).on_port(8080), Err(expected));
}

#[test]
fn a_real_listener_of_this_process_is_found() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let engine = ProcTree::default().on_port(port).expect("this process");
    assert!(engine.pids.contains(&std::process::id()), "{engine:?}");
    drop(listener);
    assert_eq!(ProcTree::default().on_port(port), Err(NotAttributed::NoListener(port)));
}
