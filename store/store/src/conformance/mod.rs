//! What every implementation must pass. An adapter's test is one call:
//!
//! ```text
//! async fn fresh() -> store::conformance::Fresh { ... }
//! store::conformance!(fresh);
//! ```
//!
//! `fresh` opens an empty store that belongs to no environment. The suite has
//! no excuses: an implementation that cannot pass a part of it is wrong.

pub mod api_key;
pub mod audit;
pub mod commit;
pub mod digest_key;
pub mod drill;
pub mod feed;
pub mod fixture;
pub mod installation;
pub mod key_ring;
pub mod model;
pub mod owner;
pub mod race;
pub mod usage;
pub mod versioned;
pub mod wall;

use std::any::Any;
use std::sync::Arc;

use crate::Store;

/// An empty store, and what has to live as long as it.
pub struct Fresh {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Such as the directory that it lies in.
    pub keep: Box<dyn Any + Send + Sync>,
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fresh(store)")
    }
}

/// Expands to one test for each promise of the port. The argument names an
/// `async fn() -> Fresh`.
#[macro_export]
macro_rules! conformance {
    ($fresh:path) => {
        $crate::conformance! { @each $fresh;
            installation::nothing_is_written_before_it,
            installation::it_happens_once_and_first,
            commit::a_record_is_created_once,
            commit::a_record_is_revoked_once,
            commit::what_is_unknown_cannot_be_revoked,
            commit::an_inventory_follows_the_one_in_force,
            commit::one_failed_precondition_undoes_the_whole_commit,
            commit::records_read_back_as_they_were_written,
            commit::records_are_read_page_by_page_in_order,
            api_key::an_act_replaces_the_version_that_it_read,
            api_key::what_is_revoked_is_not_replaced,
            api_key::those_that_are_rotated_come_in_the_order_of_their_ends,
            drill::drills_are_read_newest_first,
            drill::the_last_drill_of_each_credential_is_read_in_order,
            owner::an_owner_goes_and_comes_back,
            owner::an_owner_of_another_environment_is_refused,
            owner::an_imported_key_is_found_by_its_digest,
            versioned::a_record_is_replaced_by_its_next_version,
            versioned::a_unique_look_up_has_one_record,
            versioned::records_are_found_and_forgotten,
            digest_key::a_digest_key_is_retired_once_and_for_good,
            usage::reports_add_up,
            usage::use_is_read_page_by_page_in_order,
            key_ring::each_act_writes_what_it_publishes,
            key_ring::a_step_happens_from_its_stage_alone,
            key_ring::what_is_retired_stays_so_and_signs_nothing,
            key_ring::a_key_that_was_taken_away_issues_nothing,
            wall::what_belongs_to_another_environment_is_refused,
            feed::a_commit_wakes_who_waits,
            feed::folding_the_changes_gives_the_snapshot,
            feed::a_trimmed_log_is_a_gap,
            feed::a_revision_of_the_future_is_a_gap,
            feed::a_cutoff_does_not_go_back,
            audit::events_commit_with_their_change,
            audit::decisions_join_the_same_chain,
            audit::entries_are_found_by_request_and_by_place,
            audit::entries_are_found_by_who_did_it,
            commit::a_client_is_found_by_its_secret,
        }

        $crate::conformance! { @shared $fresh;
            feed::a_reader_never_skips_a_revision,
            audit::the_chain_is_contiguous_under_concurrency,
            race::one_of_many_revokes_a_key,
            race::one_of_many_creates_a_key,
            race::one_of_many_applies_an_inventory,
            race::one_of_many_installs,
            api_key::one_of_many_acts_happens,
            owner::one_of_many_disables_an_owner,
            versioned::one_of_many_replaces_a_record,
            key_ring::one_of_many_rotates,
            key_ring::one_of_many_different_acts_happens,
            key_ring::a_token_and_a_rotation_are_one_after_the_other,
        }

        #[test]
        fn it_behaves_like_the_model() {
            $crate::conformance::model::behaves_like_it($fresh);
        }
    };
    (@each $fresh:path; $($group:ident :: $name:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                let fresh = $fresh().await;
                $crate::conformance::$group::$name(fresh.store.as_ref()).await;
                drop(fresh);
            }
        )*
    };
    (@shared $fresh:path; $($group:ident :: $name:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                let fresh = $fresh().await;
                $crate::conformance::$group::$name(&fresh.store).await;
                drop(fresh);
            }
        )*
    };
}
