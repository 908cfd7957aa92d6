//! A program that the bench started: what it used, and its end.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::fault::Fault;

/// Processor time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CpuTime {
    /// In the program itself.
    pub(crate) user: Duration,
    /// With that in the kernel.
    pub(crate) total: Duration,
}

/// Processor time in the unit of `/proc`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ticks {
    /// In the program itself.
    pub(crate) user: u64,
    /// In the kernel.
    pub(crate) system: u64,
}

/// A running program. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    started: Instant,
    ticks_per_second: u64,
}

impl Process {
    /// Starts `command`; what it writes goes to `log`.
    pub(crate) fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self, Fault> {
        let fault = |error| Fault::new(format_args!("cannot start {name}"), error);
        let output = fs::File::create(log).map_err(fault)?;
        let errors = output.try_clone().map_err(fault)?;
        let ticks_per_second = ticks_per_second()?;
        let started = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(fault)?;
        Ok(Self {
            name: name.to_owned(),
            child,
            started,
            ticks_per_second,
        })
    }

    /// Waits until `ready` says so; gives the time since the start.
    pub(crate) fn wait_until(
        &mut self,
        log: &Path,
        mut ready: impl FnMut() -> bool,
    ) -> Result<Duration, Fault> {
        const PATIENCE: Duration = Duration::from_secs(20);
        loop {
            if ready() {
                return Ok(self.started.elapsed());
            }
            let ended = self.child.try_wait().ok().flatten();
            if ended.is_some() || self.started.elapsed() > PATIENCE {
                let said = fs::read_to_string(log).unwrap_or_default();
                return Err(Fault::new(
                    format_args!("{} did not become ready", self.name),
                    said.trim(),
                ));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// User and system time of its threads and of the processes that it started.
    pub(crate) fn cpu(&self) -> Result<CpuTime, Fault> {
        let mut ticks = Ticks::default();
        let mut open = vec![self.child.id()];
        while let Some(id) = open.pop() {
            let more = cpu_ticks(&self.read(id, "stat")?).ok_or_else(|| self.unreadable())?;
            ticks.user += more.user;
            ticks.system += more.system;
            open.extend(children(id));
        }
        let per_second = u32::try_from(self.ticks_per_second).unwrap_or(100);
        Ok(CpuTime {
            user: Duration::from_secs(ticks.user) / per_second,
            total: Duration::from_secs(ticks.user + ticks.system) / per_second,
        })
    }

    /// Bytes of memory that are resident now.
    pub(crate) fn resident(&self) -> Result<u64, Fault> {
        self.status_bytes("VmRSS")
    }

    /// The most that was ever resident, in bytes.
    pub(crate) fn peak_resident(&self) -> Result<u64, Fault> {
        self.status_bytes("VmHWM")
    }

    fn status_bytes(&self, field: &str) -> Result<u64, Fault> {
        let status = self.read(self.child.id(), "status")?;
        status_kilobytes(&status, field)
            .map(|kilobytes| kilobytes * 1024)
            .ok_or_else(|| self.unreadable())
    }

    fn read(&self, id: u32, file: &str) -> Result<String, Fault> {
        fs::read_to_string(format!("/proc/{id}/{file}"))
            .map_err(|error| Fault::new(format_args!("{} is gone", self.name), error))
    }

    fn unreadable(&self) -> Fault {
        Fault::new(
            format_args!("cannot measure {}", self.name),
            "/proc says something else than Linux does",
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The times of a `stat` line, with those of the children that it has waited
/// for: fields 14 to 17 of proc(5).
pub(crate) fn cpu_ticks(stat: &str) -> Option<Ticks> {
    // The second field is a name in parentheses that may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut field = || fields.next()?.parse::<u64>().ok();
    let (user, system) = (field()?, field()?);
    Some(Ticks {
        user: user + field()?,
        system: system + field()?,
    })
}

fn status_kilobytes(status: &str, field: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn children(id: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else {
        return Vec::new();
    };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|text| {
            text.split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The unit of `/proc`'s processor times.
pub(crate) fn ticks_per_second() -> Result<u64, Fault> {
    let fault = |why: &str| Fault::new("cannot learn the unit of processor times", why);
    let output = Command::new("getconf")
        .arg("CLK_TCK")
        .output()
        .map_err(|error| fault(&error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.trim().parse() {
        Ok(ticks) if ticks > 0 => Ok(ticks),
        _ => Err(fault("getconf CLK_TCK gave no number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 7 5 3 2 20 0 4 0 100 1 2";
        let ticks = Ticks {
            user: 10,
            system: 7,
        };
        assert_eq!(cpu_ticks(stat), Some(ticks));
    }

    #[test]
    fn a_line_that_is_cut_off_is_no_measurement() {
        assert_eq!(
            cpu_ticks("42 (a) S 1 42 42 0 -1 4194304 100 0 0 0 7 5"),
            None
        );
        assert_eq!(cpu_ticks(""), None);
    }

    #[test]
    fn a_status_field_is_read_in_kilobytes() {
        let status = "Name:\tx\nVmHWM:\t   9000 kB\nVmRSS:\t   8196 kB\n";
        assert_eq!(status_kilobytes(status, "VmRSS"), Some(8196));
        assert_eq!(status_kilobytes(status, "VmHWM"), Some(9000));
        assert_eq!(status_kilobytes(status, "Vm"), None);
    }

    #[test]
    fn the_time_of_a_process_counts_its_children_and_it_ends_when_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let busy = "(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 60) & wait";
        let process = Process::start("sh", Command::new("sh").args(["-c", busy]), &log).unwrap();
        let id = process.child.id();
        let started = Instant::now();
        while process.cpu().unwrap().total.is_zero() {
            assert!(started.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(process.resident().unwrap() > 0);
        for child in children(id) {
            let _ = Command::new("kill").arg(child.to_string()).status();
        }
        drop(process);
        assert!(!Path::new(&format!("/proc/{id}")).exists());
    }

    #[test]
    fn a_program_that_ends_at_once_never_becomes_ready_and_says_why() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such listener >&2"]);
        let mut process = Process::start("it", &mut command, &log).unwrap();
        let fault = process.wait_until(&log, || false).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "it did not become ready: no such listener"
        );
    }
}
