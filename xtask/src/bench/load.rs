//! A load: 64 connections that ask again as soon as they are answered.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;

use super::exchange::Request;
use super::tools::Tools;
use crate::fault::Fault;

const FIGURES: &str = include_str!("load.lua");
const ROTATE: &str = include_str!("rotate.lua");

/// Connections of an ordinary load.
pub(crate) const CONNECTIONS: usize = 64;

/// What is asked, and of whom.
#[derive(Debug)]
pub(crate) struct Load {
    /// Who is asked.
    pub(crate) peer: SocketAddr,
    /// What, each time; with `tokens`, its bearer token is replaced.
    pub(crate) request: Request,
    /// A file of tokens, one per line, that take turns.
    pub(crate) tokens: Option<PathBuf>,
}

/// What came back.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Answered {
    /// Answers.
    pub(crate) requests: u64,
    /// How long it took.
    pub(crate) microseconds: u64,
    /// Answers with a status from 400 on.
    refused: u64,
    /// Requests without an answer.
    broken: u64,
    /// The median time to an answer, in microseconds.
    pub(crate) p50: u64,
    /// What 99 of 100 answers stay under, in microseconds.
    pub(crate) p99: u64,
}

/// Makes loads.
#[derive(Debug)]
pub(crate) struct Generator<'a> {
    /// The program.
    pub(crate) wrk: &'a Path,
    /// What pins it.
    pub(crate) tools: &'a Tools,
    /// Where.
    pub(crate) core: usize,
    /// Where its script is written.
    pub(crate) directory: &'a Path,
}

impl Generator<'_> {
    /// Runs a load; an answer that is no success is a fault, because a refusal
    /// costs something else than what is measured.
    pub(crate) fn run(
        &self,
        load: &Load,
        connections: usize,
        time: Duration,
    ) -> Result<Answered, Fault> {
        let script = self.directory.join("load-script.lua");
        fs::write(&script, script_of(load))
            .map_err(|error| Fault::new("cannot write the load's script", error))?;
        let mut command = self.tools.pinned(self.wrk, self.core);
        command
            .arg("-t1")
            .arg(format!("-c{connections}"))
            .arg(format!("-d{}s", time.as_secs().max(1)))
            .arg("-s")
            .arg(&script)
            .arg(format!("http://{}{}", load.peer, load.request.path));
        if let Some(tokens) = &load.tokens {
            command.arg("--").arg(tokens);
        }
        let output = command
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Fault::new("cannot run wrk", error))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let answered = figures(&text).ok_or_else(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            Fault::new("wrk gave no figures", format_args!("{text}{errors}"))
        })?;
        if answered.requests == 0 || answered.refused > 0 || answered.broken > 0 {
            return Err(Fault::new(
                format_args!("{} is not answered well under load", load.request.path),
                format_args!(
                    "{} answers, {} of them refusals, {} without an answer",
                    answered.requests, answered.refused, answered.broken
                ),
            ));
        }
        Ok(answered)
    }
}

fn figures(output: &str) -> Option<Answered> {
    let line = output.lines().rev().find(|line| line.starts_with('{'))?;
    serde_json::from_str(line).ok()
}

fn script_of(load: &Load) -> String {
    let mut script = format!("wrk.method = {}\n", quoted(load.request.method));
    for (name, value) in &load.request.headers {
        script.push_str(&format!(
            "wrk.headers[{}] = {}\n",
            quoted(name),
            quoted(value)
        ));
    }
    if !load.request.body.is_empty() {
        script.push_str(&format!("wrk.body = {}\n", quoted(&load.request.body)));
    }
    if load.tokens.is_some() {
        script.push_str(ROTATE);
    }
    script.push_str(FIGURES);
    script
}

/// A Lua string: every byte that is not plain is written as its number.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && byte != b'"' && byte != b'\\' || byte == b' ' {
            quoted.push(char::from(byte));
        } else {
            quoted.push_str(&format!("\\{byte:03}"));
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_cannot_leave_its_quotes() {
        assert_eq!(quoted("a b=c&d"), "\"a b=c&d\"");
        assert_eq!(quoted("\"\\\n"), "\"\\034\\092\\010\"");
    }

    #[test]
    fn the_figures_are_the_last_line_of_json() {
        let output = "Running 2s test\n{not}\n  64 connections\n\n{\"requests\":10,\"microseconds\":2000000,\"refused\":1,\"broken\":0,\"p50\":5,\"p99\":9}\n";
        let answered = figures(output).unwrap();
        assert_eq!((answered.requests, answered.refused), (10, 1));
        assert!(figures("Requests/sec: 100\n").is_none());
    }

    #[test]
    fn a_script_says_method_headers_body_and_rotation() {
        let load = |tokens| Load {
            peer: SocketAddr::from(([127, 0, 0, 1], 1)),
            request: Request::post("/t", "text/plain", "a=b".to_owned()).bearer("x"),
            tokens,
        };
        let script = script_of(&load(None));
        assert!(script.starts_with("wrk.method = \"POST\"\n"));
        assert!(script.contains("wrk.headers[\"Authorization\"] = \"Bearer x\"\n"));
        assert!(script.contains("wrk.body = \"a=b\"\n"));
        assert!(!script.contains("function request()"));
        let script = script_of(&load(Some(PathBuf::from("tokens"))));
        assert!(script.contains("function request()"));
    }
}
