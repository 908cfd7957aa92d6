//! Pages of records in the order of their ids. A page token is the id of the
//! last record of the page before, so a page never skips or repeats a record
//! that was there all along.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::malformed::Malformed;

const DEFAULT_SIZE: u32 = 50;
const LARGEST_SIZE: u32 = 500;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many items at most: 1 to 500; 50 if it is left out.
    #[param(minimum = 1, maximum = 500, example = 50)]
    page_size: Option<u32>,
    /// `next_page_token` of the page before; left out for the first page.
    page_token: Option<String>,
}

/// A page that can be asked of a store.
#[derive(Debug)]
pub(crate) struct Page {
    size: usize,
    after: Option<String>,
}

impl PageQuery {
    /// The same, where it came with filters.
    pub(crate) const fn new(page_size: Option<u32>, page_token: Option<String>) -> Self {
        Self {
            page_size,
            page_token,
        }
    }

    /// Checks it. `is_id` says whether a text is an id of the listed kind.
    pub(crate) fn check(self, is_id: impl Fn(&str) -> bool) -> Result<Page, Malformed> {
        let size = self.page_size.unwrap_or(DEFAULT_SIZE);
        if !(1..=LARGEST_SIZE).contains(&size) {
            return Err(Malformed::Count(LARGEST_SIZE));
        }
        if self
            .page_token
            .as_deref()
            .is_some_and(|token| !is_id(token))
        {
            return Err(Malformed::PageToken);
        }
        Ok(Page {
            size: size as usize,
            after: self.page_token,
        })
    }
}

impl Page {
    /// After which id.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// How many records to load: one more than are shown tells whether there is a next page.
    pub(crate) fn limit(&self) -> usize {
        self.size.saturating_add(1)
    }

    /// Cuts what was loaded to the page; gives the token of the next one.
    pub(crate) fn cut<T>(&self, items: &mut Vec<T>, id: impl Fn(&T) -> String) -> Option<String> {
        let has_more = items.len() > self.size;
        items.truncate(self.size);
        if has_more { items.last().map(id) } else { None }
    }
}
