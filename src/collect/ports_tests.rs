use super::*;

#[test]
fn the_kernels_lines_are_read() {
    let word = |bytes: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(bytes));
    let line = |address: &str, state: &str| {
        format!(
            "  0: {address}:2694 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  0  0 777 1 0"
        )
    };
    let seen = listener(&line(&word([127, 0, 0, 1]), LISTEN)).unwrap();
    assert_eq!((seen.address.to_string().as_str(), seen.port, seen.inode), ("127.0.0.1", 9876, 777));
    let one = [[0; 4], [0; 4], [0; 4], [0, 0, 0, 1]].map(word).concat();
    assert_eq!(listener(&line(&one, LISTEN)).unwrap().address.to_string(), "::1");
    assert_eq!(listener(&line(&word([127, 0, 0, 1]), "01")), None, "a connection is no listener");
    assert_eq!(listener("  sl  local_address rem_address   st tx_queue"), None);
}

#[test]
fn a_listener_of_this_process_is_found_and_a_free_port_has_none() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mine = listener.local_addr().unwrap().port();
    // Nobody has listened on tcpmux for decades.
    let free = 1;
    let seen = look(&[mine, free].into(), &[], &mut Limits::default());
    let port = seen[&mine].present().unwrap();
    assert_eq!(port.listening_on, ["127.0.0.1"]);
    assert_eq!(port.pid, Observed::Present(std::process::id()));
    let none = Port { listening_on: vec![], pid: Observed::Absent };
    assert_eq!(seen[&free], Observed::Present(none));
}
