//! The gate behind a listener.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use base::{Clock, Entropy};
use credential::DigestKeys;
use ephemeral::counters::{Counters, InProcessCounters};
use http::{HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use ipnet::IpNet;
use jose::TimeLimits;
use jose::encryption::DecryptionKeys;

use crate::answer;
use crate::feed::Knowledge;
use crate::inspect::{Malformed, Shape};
use crate::issuer_keys::KeyKeeper;
use crate::journal::Recorder;
use crate::listen::{Connected, Door};
use crate::pipeline::{self, Refused};
use crate::request_id::RequestIds;
use crate::upstream::{ResponseBody, Trust, UpstreamLimits, Upstreams};
use crate::use_report::Tally;
use crate::verified_tokens::{CacheLimits, VerifiedTokens};

/// How many limited credentials are counted at once: one more that was not
/// seen lately is refused until there is room.
const MOST_LIMITED: usize = 1 << 20;

/// What a gate is told once, at its start.
#[derive(Clone)]
pub struct Settings {
    /// The keys of the stored digests.
    pub digest_keys: DigestKeys,
    /// What decrypts tokens, for the endpoints that ask for encrypted ones.
    pub decryption_keys: Arc<DecryptionKeys>,
    /// Proxies whose word about the client counts.
    pub trusted_proxies: Vec<IpNet>,
    /// What `https` upstreams are checked against.
    pub trust: Option<Trust>,
    /// What upstreams are granted.
    pub upstream: UpstreamLimits,
    /// How many verified tokens a worker remembers.
    pub cache: CacheLimits,
    /// How instants of tokens are judged.
    pub time_limits: TimeLimits,
}

impl Settings {
    /// Defaults, and this key: nothing is decrypted.
    pub fn new(digest_keys: DigestKeys) -> Self {
        Self {
            digest_keys,
            decryption_keys: Arc::default(),
            trusted_proxies: Vec::new(),
            trust: None,
            upstream: UpstreamLimits::default(),
            cache: CacheLimits::default(),
            time_limits: TimeLimits::default(),
        }
    }
}

/// What every worker of a gate shares. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    knowledge: Arc<Knowledge>,
    recorder: Recorder,
    clock: Arc<dyn Clock>,
    settings: Arc<Settings>,
    key_keeper: Option<Arc<KeyKeeper>>,
    counters: Arc<dyn Counters>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate({:?})", self.knowledge)
    }
}

impl Gate {
    /// A gate that judges by `knowledge` and reports to `recorder`.
    pub fn new(
        knowledge: Arc<Knowledge>,
        recorder: Recorder,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Self {
        Self {
            knowledge,
            recorder,
            clock,
            settings: Arc::new(settings),
            key_keeper: None,
            counters: Arc::new(InProcessCounters::new(MOST_LIMITED)),
        }
    }

    /// With the keys of trusted issuers kept by `keeper`, which follows the
    /// same knowledge. Without one their tokens are refused, save where the
    /// inventory itself holds the keys.
    #[must_use]
    pub fn keeping(self, keeper: Arc<KeyKeeper>) -> Self {
        Self {
            key_keeper: Some(keeper),
            ..self
        }
    }

    /// With the requests of limited credentials counted in `counters`, which
    /// other gates may share; without, in this process.
    #[must_use]
    pub fn counting(self, counters: Arc<dyn Counters>) -> Self {
        Self { counters, ..self }
    }

    /// Who keeps the keys of trusted issuers, if anybody does.
    pub const fn key_keeper(&self) -> Option<&Arc<KeyKeeper>> {
        self.key_keeper.as_ref()
    }

    /// What it judges by: ready once that has a view.
    pub const fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// What it reports to.
    pub const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// One worker's door. Must be called on the worker's runtime:
    /// `bound.serve(move |_| gate.door(Box::new(SystemEntropy)))`.
    pub fn door(&self, mut entropy: Box<dyn Entropy>) -> GateDoor {
        let settings = &self.settings;
        GateDoor(Rc::new(Worker {
            tokens: VerifiedTokens::new(settings.cache, entropy.as_mut()),
            tally: self.recorder.tally(entropy.as_mut()),
            ids: RequestIds::new(entropy),
            upstreams: Upstreams::new(settings.trust.clone(), settings.upstream.clone()),
            knowledge: Arc::clone(&self.knowledge),
            recorder: self.recorder.clone(),
            clock: Arc::clone(&self.clock),
            settings: Arc::clone(&self.settings),
            key_keeper: self.key_keeper.clone(),
            counters: Arc::clone(&self.counters),
        }))
    }
}

/// What one worker has for itself.
pub(crate) struct Worker {
    pub(crate) tokens: VerifiedTokens,
    pub(crate) tally: Tally,
    pub(crate) ids: RequestIds,
    pub(crate) upstreams: Upstreams,
    pub(crate) knowledge: Arc<Knowledge>,
    pub(crate) recorder: Recorder,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) key_keeper: Option<Arc<KeyKeeper>>,
    pub(crate) counters: Arc<dyn Counters>,
}

/// The reverse proxy on one worker.
pub struct GateDoor(Rc<Worker>);

impl fmt::Debug for GateDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GateDoor")
    }
}

impl Door for GateDoor {
    type Body = ResponseBody;
    type Service = GateService;

    fn open(&self, connected: &Rc<Connected>) -> GateService {
        let peer = connected.peer.ip().to_canonical().to_string();
        GateService {
            worker: Rc::clone(&self.0),
            connected: Rc::clone(connected),
            peer: HeaderValue::try_from(peer).unwrap_or(HeaderValue::from_static("unknown")),
        }
    }

    fn malformed(&self, connected: &Rc<Connected>, shape: Shape) -> Response<ResponseBody> {
        let refused = Refused {
            id: self.0.ids.next(),
            at: self.0.clock.now(),
            peer: connected.peer.ip(),
            // The method belongs to a head that means two things.
            method: Method::GET,
            malformed: Malformed::Shape(shape),
        };
        let answer = answer::malformed(refused.malformed, refused.id, &refused.method);
        let worker = Rc::clone(&self.0);
        tokio::task::spawn_local(async move { pipeline::note_malformed(&worker, &refused).await });
        answer
    }
}

/// Answers the requests of one connection.
pub struct GateService {
    worker: Rc<Worker>,
    connected: Rc<Connected>,
    /// The peer's address as a header value, made once per connection.
    peer: HeaderValue,
}

impl fmt::Debug for GateService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GateService")
    }
}

impl Service<Request<Incoming>> for GateService {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, Infallible>>>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let worker = Rc::clone(&self.worker);
        let connected = Rc::clone(&self.connected);
        let peer = self.peer.clone();
        Box::pin(async move { Ok(pipeline::answer(&worker, &connected, peer, request).await) })
    }
}
