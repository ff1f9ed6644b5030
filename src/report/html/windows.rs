//! The windows and panes of a tmux session, drawn as their operator sees them, each with what it is to Houmao.
use super::case::heading;
use super::draw::{fold, lines};
use crate::finding::{Layout, LayoutPane, LayoutWindow, Role};
use crate::report::order::Case;
use crate::report::plain;
use crate::report::text::{count, visible};
use maud::{Markup, html};

/// The width of the drawing, in its own units, the windows side by side, and the room between them.
const WIDTH: usize = 760;
const ABREAST: usize = 3;
const GAP: usize = 16;
const WINDOW: usize = (WIDTH - GAP * (ABREAST - 1) - 8) / ABREAST;
/// Columns of a line in a window, and the height of its title bar and of a pane.
const COLUMNS: usize = 29;
const BAR: usize = 34;
const PANE: usize = 52;
/// Panes of a window that are drawn before the rest is counted.
const PANES: usize = 4;

/// The session's windows.
pub(super) fn section(case: &Case, layout: &Layout, id: &str, many: bool) -> Markup {
    let session = visible(&layout.session, false);
    let own = case.subject.is_some_and(|s| s.name == layout.session);
    let title = if own {
        "Windows in tmux".to_owned()
    } else {
        format!("Windows of {session}, where the recorded window is now")
    };
    let (mut y, mut parts) = (4, Vec::new());
    for row in layout.windows.chunks(ABREAST) {
        let tall = row.iter().map(height).max().unwrap_or(0);
        for (n, w) in row.iter().enumerate() {
            parts.push(window(w, 4 + n * (WINDOW + GAP), y, tall));
        }
        y += tall + GAP;
    }
    html! {
        section.windows {
            (heading(many, &title))
            p.note { "tmux session " code { (session) } " (" (visible(&layout.id, false)) "), " (count(layout.windows.len() + layout.windows_left_out, "window")) "." }
            figure {
                svg viewBox={ "0 0 " (WIDTH) " " (y) } role="img" aria-labelledby={ (id) "-title " (id) "-desc" } {
                    title #{ (id) "-title" } { "Windows and panes of tmux session " (session) }
                    desc #{ (id) "-desc" } { (description(layout)) }
                    @for part in &parts { (part) }
                }
                figcaption { details { summary { "The same as a table" } (table(layout)) } }
            }
            @if layout.windows_left_out > 0 { p { "and " (layout.windows_left_out) " more windows" } }
        }
    }
}

/// What a window is, in lines that fit into it.
fn role_lines(w: &LayoutWindow) -> Vec<String> {
    fold(&plain::window(w), COLUMNS, 4)
}

fn height(w: &LayoutWindow) -> usize {
    let panes = w.panes.len().clamp(1, PANES);
    let more = usize::from(left_out(w) > 0) * 20;
    BAR + panes * (PANE + 8) + 8 + more + role_lines(w).len() * 17 + 14
}

/// Panes that are not drawn.
fn left_out(w: &LayoutWindow) -> usize {
    w.panes.len().saturating_sub(PANES) + w.panes_left_out
}

/// The style of a window: what it is, unless the record is wrong about it.
fn class(w: &LayoutWindow) -> &'static str {
    match w.role {
        _ if plain::wrongly_recorded(w) => "danger",
        Role::AgentSurface | Role::MovedAgent | Role::AstrayAgent => "agent",
        Role::RecordedGateway => "gateway",
        Role::LooksLikeGateway => "warn",
        Role::Auxiliary => "idle",
        Role::Unknown => "unsure",
    }
}

fn window(w: &LayoutWindow, x: usize, y: usize, tall: usize) -> Markup {
    let name = fold(&format!("{}: {}", w.index, visible(&w.name, false)), COLUMNS - 8, 1);
    let id = visible(&w.id, false);
    let below = y + BAR + w.panes.len().clamp(1, PANES) * (PANE + 8) + 8;
    let more = left_out(w);
    let words = below + usize::from(more > 0) * 20;
    html! {
        g.window.(class(w)) {
            rect.card x=(x) y=(y) width=(WINDOW) height=(tall) rx="9" {}
            path.bar d={ "M" (x) " " (y + BAR) "v-" (BAR - 9) "q0-9 9-9h" (WINDOW - 18) "q9 0 9 9v" (BAR - 9) "z" } {}
            (lines("window-name", x + 12, y + 22, 17, &name))
            text.window-id x=(x + WINDOW - 12) y=(y + 22) text-anchor="end" { (id) @if w.active { " *" } }
            @for (n, p) in w.panes.iter().take(PANES).enumerate() {
                (pane(p, x + 8, y + BAR + 8 + n * (PANE + 8)))
            }
            @if more > 0 { text.small x=(x + 12) y=(below + 12) { "and " (count(more, "pane")) " more" } }
            (lines("role", x + 12, words + 12, 17, &role_lines(w)))
        }
    }
}

fn pane(p: &LayoutPane, x: usize, y: usize) -> Markup {
    let ended = if p.dead { "ended" } else { "pid" };
    let program = fold(&visible(&p.command, false), COLUMNS - 2, 1);
    let below = fold(&format!("{}  {ended} {}", visible(&p.id, false), p.pid), COLUMNS - 2, 1);
    html! {
        rect.pane x=(x) y=(y) width=(WINDOW - 16) height=(PANE) rx="5" {}
        (lines("program", x + 10, y + 22, 17, &program))
        (lines("small", x + 10, y + 40, 17, &below))
    }
}

/// The drawing in words.
fn description(layout: &Layout) -> String {
    let of = |w: &LayoutWindow| {
        let panes: Vec<String> =
            w.panes.iter().map(|p| format!("pane {} runs {}", p.id, p.command)).collect();
        format!("Window {} {} ({}): {}; {}.", w.index, w.id, w.name, plain::window(w), panes.join(", "))
    };
    visible(&layout.windows.iter().map(of).collect::<Vec<_>>().join(" "), false)
}

/// Every window and pane in a table.
fn table(layout: &Layout) -> Markup {
    html! {
        table {
            caption { "A star marks the selected window" }
            thead { tr {
                th scope="col" { "Window" } th scope="col" { "Id" } th scope="col" { "What it is" } th scope="col" { "Panes" }
            } }
            tbody {
                @for w in &layout.windows {
                    tr {
                        th scope="row" { (w.index) ": " (visible(&w.name, false)) @if w.active { " *" } }
                        td { code { (visible(&w.id, false)) } }
                        td { (plain::window(w)) }
                        td {
                            ul { @for p in &w.panes {
                                li { code { (visible(&p.id, false)) } " " (visible(&p.command, false)) ", pid " (p.pid) @if p.dead { ", ended" } }
                            } }
                            @if w.panes_left_out > 0 { "and " (w.panes_left_out) " more" }
                        }
                    }
                }
            }
        }
    }
}
