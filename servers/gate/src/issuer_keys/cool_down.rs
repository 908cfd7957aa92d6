//! Whether a key that is not known is worth a look. All pure: whoever can make
//! up key ids must not make the gate a flood towards the issuer.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use jose::KeyId;

/// Between two looks that unknown keys bring about.
pub(super) const COOL_DOWN: Duration = Duration::from_secs(60);

/// How long a key id that a look did not bring is not looked for again; and
/// how many of them are remembered.
const UNKNOWN_FOR: Duration = Duration::from_secs(600);
const MOST_UNKNOWN: usize = 256;

/// What to do about a key that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing: it was looked for lately, or something was.
    Refuse,
    /// A look is under way: its outcome is worth waiting for.
    Join,
    /// Look now, and wait.
    Look,
}

/// The memory of one issuer.
#[derive(Debug, Default)]
pub(super) struct CoolDown {
    under_way: bool,
    asked_at: Option<Instant>,
    /// What the look under way is for, as far as it fits.
    sought: Vec<KeyId>,
    unknown: VecDeque<(KeyId, Instant)>,
}

impl CoolDown {
    /// A token wants that key; `None` for any at all.
    pub(super) fn ask(&mut self, key_id: Option<&KeyId>, now: Instant) -> Answer {
        if key_id.is_some_and(|key_id| self.is_unknown(key_id, now)) {
            return Answer::Refuse;
        }
        if !self.under_way {
            let rests = |asked_at: Instant| now.duration_since(asked_at) < COOL_DOWN;
            if self.asked_at.is_some_and(rests) {
                return Answer::Refuse;
            }
            self.asked_at = Some(now);
            self.under_way = true;
            self.seek(key_id);
            return Answer::Look;
        }
        self.seek(key_id);
        Answer::Join
    }

    /// The first look is under way.
    pub(super) fn looking() -> Self {
        Self {
            under_way: true,
            ..Self::default()
        }
    }

    /// A look begins, whoever asked for it.
    pub(super) fn begin(&mut self) {
        self.under_way = true;
    }

    /// It is over; `is_known` says whether there is such a key now. After a
    /// look that failed nothing is known to be unknown.
    pub(super) fn end(&mut self, now: Instant, is_known: Option<impl Fn(&KeyId) -> bool>) {
        self.under_way = false;
        let sought = std::mem::take(&mut self.sought);
        let Some(is_known) = is_known else { return };
        self.unknown
            .retain(|(key_id, until)| now < *until && !is_known(key_id));
        for key_id in sought.into_iter().filter(|key_id| !is_known(key_id)) {
            if self.unknown.len() == MOST_UNKNOWN {
                self.unknown.pop_front();
            }
            self.unknown.push_back((key_id, now + UNKNOWN_FOR));
        }
    }

    fn seek(&mut self, key_id: Option<&KeyId>) {
        if let Some(key_id) = key_id.filter(|key_id| !self.sought.contains(key_id))
            && self.sought.len() < MOST_UNKNOWN
        {
            self.sought.push(key_id.clone());
        }
    }

    fn is_unknown(&self, key_id: &KeyId, now: Instant) -> bool {
        let mut unknown = self.unknown.iter();
        unknown.any(|(held, until)| held == key_id && now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> KeyId {
        format!("k{number}").parse().unwrap()
    }

    fn ended(cool_down: &mut CoolDown, now: Instant) {
        cool_down.end(now, Some(|_: &KeyId| false));
    }

    #[test]
    fn a_flood_of_made_up_ids_brings_one_look_for_each_cool_down() {
        let (start, mut cool_down, mut looks) = (Instant::now(), CoolDown::default(), 0);
        for step in 0..6_000 {
            let now = start + Duration::from_millis(100 * step);
            match cool_down.ask(Some(&id(usize::try_from(step).unwrap())), now) {
                Answer::Look => {
                    looks += 1;
                    ended(&mut cool_down, now);
                }
                Answer::Refuse => {}
                Answer::Join => panic!("nothing is under way"),
            }
        }
        assert_eq!(looks, 10, "ten minutes");
        assert!(cool_down.unknown.len() <= MOST_UNKNOWN);
    }

    #[test]
    fn an_id_that_a_look_did_not_bring_is_not_looked_for_again_for_a_while() {
        let (start, mut cool_down) = (Instant::now(), CoolDown::default());
        assert_eq!(cool_down.ask(Some(&id(1)), start), Answer::Look);
        assert_eq!(cool_down.ask(Some(&id(2)), start), Answer::Join);
        ended(&mut cool_down, start);
        let later = start + COOL_DOWN;
        assert_eq!(cool_down.ask(Some(&id(1)), later), Answer::Refuse);
        assert_eq!(cool_down.ask(Some(&id(2)), later), Answer::Refuse);
        assert_eq!(cool_down.ask(Some(&id(3)), later), Answer::Look);
        ended(&mut cool_down, later);
        assert_eq!(
            cool_down.ask(Some(&id(1)), start + UNKNOWN_FOR),
            Answer::Look
        );
    }

    #[test]
    fn after_a_look_that_failed_nothing_is_known_to_be_unknown() {
        let (start, mut cool_down) = (Instant::now(), CoolDown::default());
        assert_eq!(cool_down.ask(Some(&id(1)), start), Answer::Look);
        cool_down.end(start, None::<fn(&KeyId) -> bool>);
        assert_eq!(
            cool_down.ask(Some(&id(1)), start),
            Answer::Refuse,
            "it rests"
        );
        assert_eq!(cool_down.ask(Some(&id(1)), start + COOL_DOWN), Answer::Look);
    }

    #[test]
    fn whoever_comes_during_a_look_waits_for_it_and_a_found_key_is_forgotten() {
        let (start, mut cool_down) = (Instant::now(), CoolDown::default());
        cool_down.begin();
        assert_eq!(cool_down.ask(None, start), Answer::Join);
        assert_eq!(cool_down.ask(Some(&id(1)), start), Answer::Join);
        cool_down.end(start, Some(|key_id: &KeyId| *key_id == id(1)));
        assert!(cool_down.unknown.is_empty());
    }

    #[test]
    fn its_memory_is_bounded() {
        let (start, mut cool_down) = (Instant::now(), CoolDown::default());
        cool_down.begin();
        for number in 0..10_000 {
            cool_down.ask(Some(&id(number)), start);
        }
        ended(&mut cool_down, start);
        assert_eq!(cool_down.unknown.len(), MOST_UNKNOWN);
        assert!(cool_down.sought.is_empty());
    }
}
