//! The walk: directories, files and git objects, over all threads.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::git::{self, Objects, Pack, Part, Repository};
use crate::queue::Queue;
use crate::report::{Counts, Report};
use crate::worker::{Origin, Tally, Worker};
use crate::{PROGRESS_INTERVAL, Root};

/// How many files or objects are one job.
const BATCH: usize = 256;

/// Something to look at.
enum Job {
    /// A file or directory that was named.
    Named(PathBuf),
    Stdin,
    /// And what is not looked at in it, for it is part of an object database.
    Directory(PathBuf, Part),
    /// Files of a directory.
    Files(PathBuf, Vec<OsString>),
    Repository(Repository),
    /// Loose objects whose ids begin with a byte.
    Loose(Arc<Repository>, u8, PathBuf),
    Pack(Arc<Repository>, PathBuf),
    /// Some of a pack's objects.
    Objects(Arc<Repository>, Arc<Pack>, Range<usize>),
}

/// What all threads share.
struct Shared {
    queue: Queue<Job>,
    tally: Tally,
    /// Object databases that were met, so that none is read twice.
    met: Mutex<(HashSet<PathBuf>, Vec<Repository>)>,
}

pub(crate) fn scan(roots: &[Root], threads: usize, progress: &mut dyn FnMut(Counts)) -> Report {
    let jobs = roots.iter().rev().map(|root| match root {
        Root::Path(path) => Job::Named(path.clone()),
        Root::Stdin => Job::Stdin,
    });
    let shared = &Shared {
        queue: Queue::new(jobs.collect()),
        tally: Tally::default(),
        met: Mutex::default(),
    };
    let (sender, reports) = channel();
    let mut whole = Report::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(move || {
                let mut worker = Worker::new(&shared.tally);
                while let Some(job) = shared.queue.take() {
                    shared.do_job(job, &mut worker);
                    shared.queue.done();
                }
                // The receiver waits for as many reports as there are threads.
                let _ = sender.send(worker.into_report());
            });
        }
        drop(sender);
        loop {
            match reports.recv_timeout(PROGRESS_INTERVAL) {
                Ok(report) => merge(&mut whole, report),
                Err(RecvTimeoutError::Timeout) => progress(shared.tally.counts()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    });
    whole.read = shared.tally.counts();
    let met = shared.met.lock().unwrap_or_else(PoisonError::into_inner);
    git::attribute(&met.1, &mut whole.findings);
    whole.finish();
    whole
}

fn merge(whole: &mut Report, part: Report) {
    whole.findings.extend(part.findings);
    whole.unlisted += part.unlisted;
    whole.not_read.extend(part.not_read);
    whole.not_read_unlisted += part.not_read_unlisted;
}

impl Shared {
    fn do_job(&self, job: Job, worker: &mut Worker<'_>) {
        match job {
            Job::Named(path) => self.named(path, worker),
            Job::Stdin => worker.stdin(),
            Job::Directory(path, _) if is_pseudo(&path) => {}
            Job::Directory(path, part) => self.directory(&path, part, worker),
            Job::Files(directory, names) => {
                for name in names {
                    let path = directory.join(name);
                    worker.file(&path);
                }
            }
            Job::Repository(repository) => self.repository(repository, worker),
            Job::Loose(repository, first, directory) => {
                let mut visitor = Objects::new(worker, &repository);
                if let Err(error) = Repository::visit_loose(first, &directory, &mut visitor) {
                    worker.not_read(&Origin::file(&directory), error);
                }
            }
            Job::Pack(repository, path) => match Repository::pack(&path) {
                Ok(pack) => self.pack(&repository, pack, &path, worker),
                Err(why) => worker.not_read(&Origin::file(&path), why),
            },
            Job::Objects(repository, pack, range) => {
                let mut visitor = Objects::new(worker, &repository);
                pack.visit(range, &mut visitor);
            }
        }
    }

    /// What was named is followed, even if it is a symbolic link.
    fn named(&self, path: PathBuf, worker: &mut Worker<'_>) {
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(error) => return worker.not_read(&Origin::file(&path), error),
        };
        if real.is_dir() {
            self.directory(&path, Part::None, worker);
        } else if real.is_file() {
            // Told by the name that it was given.
            worker.named_file(&path, &real);
        } else {
            worker.not_read(
                &Origin::file(&path),
                "it is neither a file nor a directory: pipe it in and scan `-`",
            );
        }
    }

    fn directory(&self, path: &Path, part: Part, worker: &mut Worker<'_>) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                return worker
                    .not_read(&Origin::file(path), format!("it cannot be opened: {error}"));
            }
        };
        let (mut files, mut directories) = (Vec::new(), Vec::new());
        for entry in entries {
            let entry = entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name())));
            match entry {
                Ok((kind, name)) if kind.is_dir() => directories.push(name),
                Ok((kind, name)) if kind.is_file() => files.push(name),
                Ok(_) => {}
                Err(error) => worker.not_read(&Origin::file(path), error),
            }
        }
        part.leave_out(&mut files);
        for name in files.iter().chain(&directories) {
            worker.name(&Origin::file(&path.join(name)), name.as_bytes());
        }
        let names = files.iter().chain(&directories).map(|name| name.as_bytes());
        let mut jobs = Vec::new();
        let is_repository = Repository::has(names);
        if is_repository {
            jobs.push(Job::Repository(Repository::at(path)));
        }
        if files.iter().any(|name| name == ".git") {
            let file = path.join(".git");
            match Repository::pointed_to(&file) {
                Ok(pointed) => jobs.extend(pointed.map(Job::Repository)),
                Err(error) => worker.not_read(
                    &Origin::file(&file),
                    format!("the git directory that it names cannot be opened: {error}"),
                ),
            }
        }
        jobs.extend(directories.iter().map(|name| {
            let inside = part.directory(name.as_bytes(), is_repository);
            Job::Directory(path.join(name), inside)
        }));
        let batches = files.chunks(BATCH);
        jobs.extend(batches.map(|batch| Job::Files(path.to_owned(), batch.to_vec())));
        self.queue.add(jobs);
    }

    fn repository(&self, repository: Repository, worker: &mut Worker<'_>) {
        let real = match repository.objects.canonicalize() {
            Ok(real) => real,
            Err(error) => return worker.not_read(&Origin::file(&repository.objects), error),
        };
        {
            let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
            if !met.0.insert(real) {
                return;
            }
            met.1.push(repository.clone());
        }
        let mut jobs: Vec<Job> = repository
            .borrowed()
            .into_iter()
            .map(Job::Repository)
            .collect();
        let repository = Arc::new(repository);
        for (first, path) in repository.loose_directories() {
            jobs.push(Job::Loose(repository.clone(), first, path));
        }
        match repository.packs() {
            Ok(packs) => jobs.extend(
                packs
                    .into_iter()
                    .map(|path| Job::Pack(repository.clone(), path)),
            ),
            Err(error) => worker.not_read(&Origin::file(&repository.objects.join("pack")), error),
        }
        self.queue.add(jobs);
    }

    fn pack(&self, repository: &Arc<Repository>, pack: Pack, path: &Path, worker: &mut Worker<'_>) {
        let orphans = pack.orphans();
        if orphans > 0 {
            worker.not_read(
                &Origin::file(path),
                format!("{orphans} of its objects are told from some that are not in it"),
            );
        }
        let pack = Arc::new(pack);
        let starts = (0..pack.len()).step_by(BATCH).rev();
        self.queue.add(starts.map(|start| {
            let range = start..pack.len().min(start + BATCH);
            Job::Objects(repository.clone(), pack.clone(), range)
        }));
    }
}

/// Whether a directory shows what the kernel knows and no files.
fn is_pseudo(path: &Path) -> bool {
    const PSEUDO: [u64; 7] = [
        0x9fa0,      // proc
        0x6265_6572, // sysfs
        0x6462_6720, // debugfs
        0x7472_6163, // tracefs
        0x6367_7270, // cgroup2
        0x0027_e0eb, // cgroup
        0x7363_6673, // securityfs
    ];
    rustix::fs::statfs(path)
        .is_ok_and(|about| u64::try_from(about.f_type).is_ok_and(|kind| PSEUDO.contains(&kind)))
}
