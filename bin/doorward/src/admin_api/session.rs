//! One command's conversation with the admin API.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::{AdminApi, Failure, failure};
use crate::answer::{Fault, print, print_once};

/// A conversation, and whether it is told in JSON.
pub(crate) struct Session {
    api: AdminApi,
    runtime: Runtime,
    json: bool,
}

impl Session {
    pub(super) fn new(api: AdminApi, json: bool) -> Result<Self, Fault> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                let message = format!("no connection can be prepared: {error}");
                Fault::new(message, "see what the machine is short of")
            })?;
        Ok(Self { api, runtime, json })
    }

    /// Whether the answer is told in JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// The address of the admin API.
    pub(crate) fn admin(&self) -> &str {
        self.api.base().as_str().trim_end_matches('/')
    }

    /// `GET`.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Fault> {
        self.told(self.try_get(path))
    }

    /// `GET`, with the refusal as it came.
    pub(crate) fn try_get(&self, path: &str) -> Result<Value, Failure> {
        self.runtime.block_on(self.api.get(path))
    }

    /// `POST` of JSON.
    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> Result<Value, Fault> {
        self.told(self.runtime.block_on(self.api.post(path, body)))
    }

    /// The same of many items. `name` says where each of them stands, which is
    /// how a refusal in words names it; in JSON it stays as it came.
    pub(crate) fn post_naming(
        &self,
        path: &str,
        body: &impl Serialize,
        name: impl Fn(&str) -> Option<String>,
    ) -> Result<Value, Fault> {
        self.runtime
            .block_on(self.api.post(path, body))
            .map_err(|failure| match failure {
                Failure::Problem(problem) => {
                    let named = failure::told(&problem, name);
                    match self.refused(Failure::Problem(problem)) {
                        // Nothing could be printed, and that is the fault.
                        fault if self.json => fault,
                        _ => named,
                    }
                }
                failure => self.refused(failure),
            })
    }

    /// `POST` of an inventory, with the refusal as it came.
    pub(crate) fn send_document(&self, path: &str, text: &str) -> Result<Value, Failure> {
        self.runtime
            .block_on(self.api.send_document(path, text.to_owned()))
    }

    /// Every page of a list, as one.
    pub(crate) fn every_page(&self, path: &str) -> Result<Value, Fault> {
        self.every_page_of(path, &[])
    }

    /// The same with filters; one without a value is none.
    pub(crate) fn every_page_of(
        &self,
        path: &str,
        filters: &[(&str, Option<String>)],
    ) -> Result<Value, Fault> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("page_size", "500");
        for (name, value) in filters {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        let mut items = Vec::new();
        let mut next = Some(format!("{path}?{query}"));
        while let Some(page_path) = next {
            let page = self.get(&page_path)?;
            let found = page.get("items").and_then(Value::as_array);
            let found = found.map_or(&[][..], Vec::as_slice);
            items.extend_from_slice(found);
            let token = page.get("next_page_token").and_then(Value::as_str);
            // An empty page ends it, whatever it says comes next.
            next = token
                .filter(|_| !found.is_empty())
                .map(|token| format!("{path}?{query}&page_token={token}"));
        }
        Ok(serde_json::json!({ "items": items, "next_page_token": null }))
    }

    /// Ends with a refusal: in JSON on standard output too, so that a program
    /// finds it where it finds an answer.
    pub(crate) fn refused(&self, failure: Failure) -> Fault {
        if self.json
            && let Failure::Problem(problem) = &failure
            && let Ok(text) = serde_json::to_string_pretty(problem)
            && let Err(fault) = print(&text)
        {
            return fault;
        }
        failure.into()
    }

    fn told(&self, answer: Result<Value, Failure>) -> Result<Value, Fault> {
        answer.map_err(|failure| self.refused(failure))
    }

    /// Prints an answer: whole as JSON, or as `text` tells it to people.
    pub(crate) fn tell<T: DeserializeOwned>(
        &self,
        answer: Value,
        text: impl FnOnce(&T) -> String,
    ) -> Result<T, Fault> {
        let (read, told) = self.read(answer, text)?;
        print(&told)?;
        Ok(read)
    }

    /// The same for an answer with a secret, which is shown this once.
    pub(crate) fn tell_once<T: DeserializeOwned>(
        &self,
        answer: Value,
        text: impl FnOnce(&T) -> String,
    ) -> Result<T, Fault> {
        let (read, told) = self.read(answer, text)?;
        print_once(&told)?;
        Ok(read)
    }

    fn read<T: DeserializeOwned>(
        &self,
        answer: Value,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(T, String), Fault> {
        let json = self.json.then(|| pretty(&answer));
        let read: T = serde_json::from_value(answer).map_err(|_| {
            Fault::new(
                "the admin API's answer is not what this version understands",
                "use the doorward of the same version as the server",
            )
        })?;
        let told = json.unwrap_or_else(|| text(&read));
        Ok((read, told))
    }
}

/// A document for a program.
pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The path of one record. An id has nothing that could lead elsewhere.
pub(crate) fn record_path(collection: &str, id: &str) -> Result<String, Fault> {
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Fault::new(
            format!("{:?} is no id", id.chars().take(80).collect::<String>()),
            "an id is letters and digits, as a list or x-request-id gives it",
        ));
    }
    Ok(format!("{collection}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_nowhere_else() {
        let path = record_path("/admin/v1/api_key", "k0123456789abcde").unwrap();
        assert_eq!(path, "/admin/v1/api_key/k0123456789abcde");
        for wrong in [
            "",
            "..",
            "a/b",
            "a?b",
            "a#b",
            "%2e",
            "a b",
            "é",
            &"a".repeat(65),
        ] {
            assert!(
                record_path("/admin/v1/api_key", wrong).is_err(),
                "{wrong:?}"
            );
        }
    }
}
