//! A page of explanation: headings, wrapped prose, commands that are not wrapped, and nothing that a terminal obeys.
use crate::report::{command, visible, wrap};

/// Text as it grows.
pub(super) struct Sheet {
    width: usize,
    ascii: bool,
    lines: Vec<String>,
}

impl Sheet {
    /// An empty page of `width` columns; with `ascii`, nothing else is written on it.
    pub fn new(width: usize, ascii: bool) -> Self {
        Sheet { width, ascii, lines: Vec::new() }
    }

    /// All lines, without an end of the last.
    pub fn finish(self) -> String {
        self.lines.join("\n").trim_end().to_owned()
    }

    /// An empty line, then a line of its own.
    pub fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.item("", text);
    }

    /// Prose after a mark, the lines after the first as deep as the mark is wide.
    pub fn item(&mut self, mark: &str, text: &str) {
        let shown = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "), self.ascii);
        self.lines.extend(wrap(&shown, self.width, mark, &" ".repeat(mark.len())));
    }

    /// A heading with one paragraph.
    pub fn section(&mut self, heading: &str, text: &str) {
        self.heading(heading);
        self.item("  ", text);
    }

    /// A command on a line of its own, with the releases that it is of as a shell's comment.
    pub fn command(&mut self, argv: &[String], of: &str) {
        let of = if of.is_empty() { String::new() } else { format!("   # {of}") };
        self.lines.push(format!("       {}{of}", command(argv, self.ascii)));
    }
}
