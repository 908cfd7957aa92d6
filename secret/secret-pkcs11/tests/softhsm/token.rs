//! A token of SoftHSM with something in it, made through the module itself.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use tempfile::TempDir;

/// Where distributions put the module.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// The PIN of its user.
pub(crate) const PIN: &str = "fedcba-4711";

/// The module: the one that `cargo xtask test` found, or where it usually is.
pub(crate) fn module() -> Option<PathBuf> {
    if let Some(module) = std::env::var_os("DOORWARD_TEST_SOFTHSM") {
        return Some(module.into());
    }
    let usual = MODULES.iter().map(PathBuf::from);
    usual.into_iter().find(|module| module.exists())
}

/// A token.
pub(crate) struct Token {
    module: Pkcs11,
    slot: Slot,
    home: TempDir,
    pins: AtomicU32,
}

/// `crv` as the standard wants it: the object identifier, in DER.
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];

impl Token {
    /// An empty one.
    pub(crate) fn make(label: &str) -> Self {
        let module = Pkcs11::new(module().unwrap()).unwrap();
        let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        module.initialize(arguments).unwrap();
        let slot = module.get_slots_with_token().unwrap()[0];
        let so_pin = AuthPin::new("so-pin-4711".into());
        module.init_token(slot, &so_pin, label).unwrap();
        let slots = module.get_slots_with_initialized_token().unwrap();
        let token = Self {
            module,
            slot: slots[0],
            home: tempfile::tempdir().unwrap(),
            pins: AtomicU32::new(0),
        };
        let session = token.module.open_rw_session(token.slot).unwrap();
        session.login(UserType::So, Some(&so_pin)).unwrap();
        session.init_pin(&AuthPin::new(PIN.into())).unwrap();
        session.logout().unwrap();
        token
    }

    /// A file with this PIN.
    pub(crate) fn pin_file(&self, pin: &str) -> PathBuf {
        let number = self.pins.fetch_add(1, Ordering::Relaxed);
        let path = self.home.path().join(format!("pin-{number}"));
        std::fs::write(&path, format!("{pin}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// What its user does in a session; nobody is logged in afterwards.
    fn as_user<T>(&self, what: impl FnOnce(&Session) -> T) -> T {
        let session = self.module.open_rw_session(self.slot).unwrap();
        session
            .login(UserType::User, Some(&AuthPin::new(PIN.into())))
            .unwrap();
        let done = what(&session);
        session.logout().unwrap();
        done
    }

    /// A data object.
    pub(crate) fn data(&self, label: &str, value: &[u8]) {
        let template = [
            Attribute::Class(ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Label(label.into()),
            Attribute::Value(value.to_vec()),
        ];
        self.as_user(|session| session.create_object(&template).unwrap());
    }

    /// A secret key.
    pub(crate) fn secret_key(&self, label: &str, extractable: bool, value: &[u8]) {
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::GENERIC_SECRET),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(!extractable),
            Attribute::Extractable(extractable),
            Attribute::Label(label.into()),
            Attribute::Value(value.to_vec()),
        ];
        self.as_user(|session| session.create_object(&template).unwrap());
    }

    /// A pair of keys of every kind.
    pub(crate) fn keys(&self) {
        let ec = |params: &[u8]| vec![Attribute::EcParams(params.to_vec())];
        let rsa = |bits: u64| {
            vec![
                Attribute::ModulusBits(bits.into()),
                Attribute::PublicExponent(vec![1, 0, 1]),
            ]
        };
        let pairs = [
            ("p256", 1, Mechanism::EccKeyPairGen, ec(P256)),
            ("p384", 2, Mechanism::EccKeyPairGen, ec(P384)),
            ("ed25519", 3, Mechanism::EccEdwardsKeyPairGen, ec(ED25519)),
            ("rsa2048", 4, Mechanism::RsaPkcsKeyPairGen, rsa(2048)),
            ("rsa3072", 5, Mechanism::RsaPkcsKeyPairGen, rsa(3072)),
            ("rsa1024", 6, Mechanism::RsaPkcsKeyPairGen, rsa(1024)),
        ];
        for (label, id, mechanism, mut public) in pairs {
            let named = [
                Attribute::Token(true),
                Attribute::Label(label.into()),
                Attribute::Id(vec![id]),
            ];
            public.extend_from_slice(&named);
            let mut private = named.to_vec();
            private.extend([
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
            ]);
            self.as_user(|session| {
                session
                    .generate_key_pair(&mechanism, &public, &private)
                    .unwrap()
            });
        }
    }

    /// Ends the module under every session of the process, as a restart of the
    /// program behind it does.
    pub(crate) fn end_all_sessions(&self) {
        self.module.clone().finalize().unwrap();
    }
}
