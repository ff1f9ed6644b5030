//! From bytes to text, as Python's text files do it.
use std::borrow::Cow;

/// `bytes.decode("utf-8")`.
///
/// # Errors
/// Python's text of the `UnicodeDecodeError`.
pub fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|e| {
        let start = e.valid_up_to();
        let (end, why) = match e.error_len() {
            None => (bytes.len(), "unexpected end of data"),
            Some(n) if is_start_byte(bytes[start]) => (start + n, "invalid continuation byte"),
            Some(n) => (start + n, "invalid start byte"),
        };
        match end - start {
            1 => {
                format!("'utf-8' codec can't decode byte 0x{:02x} in position {start}: {why}", bytes[start])
            }
            _ => format!("'utf-8' codec can't decode bytes in position {start}-{}: {why}", end - 1),
        }
    })
}

fn is_start_byte(byte: u8) -> bool {
    (0xc2..=0xf4).contains(&byte)
}

/// Line ends as a Python text file gives them.
pub(super) fn universal_newlines(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}
