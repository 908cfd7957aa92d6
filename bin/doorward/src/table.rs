//! Tables: borders and bold headings on a terminal alone, plain columns
//! anywhere else, and no colour where `NO_COLOR` is set.

use std::io::IsTerminal as _;

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table};

/// The narrowest terminal, in columns, that a table is folded to.
const NARROWEST: u16 = 60;

/// An empty table for standard output.
pub(crate) fn table<const COLUMNS: usize>(headings: [&str; COLUMNS]) -> Table {
    table_for(Paper::of_stdout(), headings)
}

/// What a table or a report is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    /// A terminal that may be coloured.
    Coloured,
    /// A terminal that may not.
    Terminal,
    /// A file or a pipe.
    Plain,
}

impl Paper {
    /// What standard output is. <https://no-color.org>: set and not empty means no colour.
    pub(crate) fn of_stdout() -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match (std::io::stdout().is_terminal(), no_colour) {
            (false, _) => Self::Plain,
            (true, true) => Self::Terminal,
            (true, false) => Self::Coloured,
        }
    }
}

/// An empty table for that paper.
pub(crate) fn table_for<const COLUMNS: usize>(paper: Paper, headings: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    let heading = |text: &str| match paper {
        Paper::Coloured => Cell::new(text).add_attribute(Attribute::Bold),
        Paper::Terminal => Cell::new(text),
        Paper::Plain => Cell::new(text.to_uppercase()),
    };
    table.set_header(headings.map(heading));
    match paper {
        Paper::Plain => {
            table.load_style(NOTHING).force_no_tty();
            table.set_content_arrangement(ContentArrangement::Disabled);
            for column in table.column_iter_mut() {
                column.set_padding((0, 2));
            }
        }
        Paper::Terminal | Paper::Coloured => {
            table.load_style(UTF8_FULL_CONDENSED);
            // Too narrow to fold into, or of unknown width: long lines are better.
            if table.width().is_some_and(|width| width >= NARROWEST) {
                table.set_content_arrangement(ContentArrangement::Dynamic);
            }
            // An id that is folded cannot be copied.
            if let Some(ids) = table.column_mut(0) {
                ids.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }
    table
}

/// The table as text, without blanks at the ends of lines.
pub(crate) fn text(table: &Table) -> String {
    table.trim_fmt()
}

/// A text of somebody else's with nothing in it that a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_in_a_pipe_is_plain_columns() {
        let mut table = table_for(Paper::Plain, ["id", "owner"]);
        table.add_row(["k1", "team-weather"]);
        table.add_row(["k22", "a"]);
        assert_eq!(text(&table), "ID   OWNER\nk1   team-weather\nk22  a");
    }

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        assert_eq!(plain("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }
}
