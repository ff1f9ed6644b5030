use super::*;

#[test]
fn only_versions_below_3_2_are_too_old() {
    for old in ["3.1c", "3.1", "2.9a", "1.8", "3.0-rc2"] {
        assert!(is_too_old(old), "{old}");
    }
    for new in ["3.2", "3.2a", "3.3a", "3.10", "4.0", "next-3.6", "openbsd-7.4", "master", ""] {
        assert!(!is_too_old(new), "{new}");
    }
}

#[test]
fn what_tmux_says_is_one_short_line() {
    assert_eq!(said(b"\n no server running on /x \nmore\n"), "no server running on /x");
    assert_eq!(said(&[b'x'; 1000]).len(), 300);
    assert_eq!(said(b""), "");
}
