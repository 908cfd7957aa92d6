//! Where a password comes from: never from an argument, which others on the
//! machine and the shell's history would have.

use std::io::{IsTerminal as _, Read};

use authority::account::LONGEST_PASSWORD;
use base::Secret;
use ephemeral::SystemEntropy;

use super::generated_password::generated_password;
use crate::answer::Fault;

/// One of the ways; without any, a prompt on the terminal.
#[derive(Debug, Default, clap::Args)]
#[group(multiple = false)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input: one line.
    #[arg(long)]
    password_stdin: bool,
    /// Make a password, and show it this once.
    #[arg(long)]
    generate_password: bool,
}

/// A password, and whether whoever asked for it has yet to see it.
pub(super) struct Chosen {
    pub(super) password: Secret,
    pub(super) is_generated: bool,
}

impl PasswordSource {
    /// Gets it.
    pub(super) fn read(&self) -> Result<Chosen, Fault> {
        let is_generated = self.generate_password;
        let password = if is_generated {
            generated_password(&mut SystemEntropy)
        } else if self.password_stdin {
            one_line(std::io::stdin().lock())?
        } else if std::io::stdin().is_terminal() {
            prompted(|prompt| rpassword::prompt_password(prompt))?
        } else {
            return Err(Fault::new(
                "there is no terminal to ask for a password",
                "give --password-stdin and write it there, or --generate-password",
            ));
        };
        Ok(Chosen {
            password,
            is_generated,
        })
    }
}

/// Asks twice, without echo: a slip would shut the person out.
fn prompted(ask: impl Fn(&str) -> std::io::Result<String>) -> Result<Secret, Fault> {
    let asked = |prompt| {
        ask(prompt).map(Secret::new).map_err(|error| {
            Fault::new(
                format!("the password could not be asked for: {error}"),
                "give --password-stdin and write it there, or --generate-password",
            )
        })
    };
    let password = asked("Password: ")?;
    if !password.is(asked("The same again: ")?.expose()) {
        return Err(Fault::new(
            "the two passwords are not the same; nothing was changed",
            "do it again",
        ));
    }
    Ok(password)
}

/// The one line of an input. Its end is not part of the password.
fn one_line(input: impl Read) -> Result<Secret, Fault> {
    let fault = |what: &str| {
        Fault::new(
            format!("standard input has no password: {what}"),
            "write the password there as one line",
        )
    };
    let mut bytes = Vec::with_capacity(2 * LONGEST_PASSWORD);
    let most = u64::try_from(LONGEST_PASSWORD + 3).unwrap_or(u64::MAX);
    let read = input.take(most).read_to_end(&mut bytes);
    read.map_err(|error| fault(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| fault("it is not UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(fault("it is empty"));
    }
    if line.contains('\n') {
        return Err(fault("it has more than one line"));
    }
    Ok(Secret::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn one_line_is_the_password_without_its_end() {
        let long = "x".repeat(LONGEST_PASSWORD);
        for (input, password) in [
            ("correct horse\n", "correct horse"),
            ("correct horse\r\n", "correct horse"),
            ("correct horse", "correct horse"),
            (" spaces stay \n", " spaces stay "),
            (&format!("{long}\n"), &long),
        ] {
            let read = one_line(input.as_bytes()).unwrap();
            assert_eq!(read.expose(), password);
        }
        let wrong: [&[u8]; 6] = [
            b"",
            b"\n",
            b"\r\n",
            b"canary\ncanary\n",
            b"canary\n\n",
            b"canary\xff",
        ];
        for wrong in wrong {
            let fault = one_line(wrong).unwrap_err();
            assert!(!fault.to_string().contains("canary"), "{fault}");
        }
        // Longer than any password: what is read is too long as well, never cut to fit.
        let read = one_line("x".repeat(9_999).as_bytes()).unwrap();
        assert!(authority::account::check(&read).is_err());
    }

    #[test]
    fn a_slip_is_found() {
        let typed = |texts: [&'static str; 2]| {
            let at = Cell::new(0);
            prompted(|_| {
                let text = texts[at.get()];
                at.set(at.get() + 1);
                Ok(text.to_owned())
            })
        };
        assert_eq!(typed(["canary", "canary"]).unwrap().expose(), "canary");
        let fault = typed(["canary", "canari"]).unwrap_err();
        assert!(!fault.to_string().contains("canar"), "{fault}");
    }
}
