//! A browser without scripts: it keeps cookies, follows the issuer's own
//! redirects and sends the forms that pages have.

use std::collections::BTreeMap;

use reqwest::Url;
use reqwest::blocking::{RequestBuilder, Response};

/// A page, or a redirect to elsewhere.
#[derive(Debug)]
pub struct Page {
    /// Where it is.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Where it leads, away from the issuer.
    pub location: Option<Url>,
    /// What it says.
    pub text: String,
}

impl Page {
    /// The hidden fields of its form.
    pub fn fields(&self) -> BTreeMap<String, String> {
        let inputs = self.text.split("<input type=\"hidden\" ").skip(1);
        inputs
            .map(|input| {
                let attribute = |name: &str| {
                    let rest = input.split_once(&format!("{name}=\""));
                    let (_, rest) = rest.expect("a hidden field has a name and a value");
                    unescaped(rest.split('"').next().unwrap_or_default())
                };
                (attribute("name"), attribute("value"))
            })
            .collect()
    }
}

fn unescaped(text: &str) -> String {
    [
        ("&#34;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#39;", "'"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The browser: one cookie jar, for one issuer.
#[derive(Debug, Default, Clone)]
pub struct Browser {
    /// The cookies, by name.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens an address; follows redirects that stay with the issuer.
    pub fn open(&mut self, url: &str) -> Page {
        let mut url = Url::parse(url).expect("an address");
        loop {
            let request = crate::http()
                .get(url.clone())
                .header("sec-fetch-site", "none");
            let page = self.send(url, request);
            match &page.location {
                Some(next) if next.origin() == page.url.origin() => url = next.clone(),
                _ => return page,
            }
        }
    }

    /// Sends the form of a page with what somebody typed, and goes where it leads.
    pub fn submit(&mut self, page: &Page, path: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.fields();
        for (name, value) in typed {
            fields.insert((*name).to_owned(), (*value).to_owned());
        }
        let url = page.url.join(path).expect("a path");
        let request = crate::http()
            .post(url.clone())
            .header("origin", url.origin().ascii_serialization())
            .header("sec-fetch-site", "same-origin")
            .form(&fields);
        let page = self.send(url, request);
        match &page.location {
            Some(next) if next.origin() == page.url.origin() => {
                let next = next.to_string();
                self.open(&next)
            }
            _ => page,
        }
    }

    fn send(&mut self, url: Url, request: RequestBuilder) -> Page {
        let line = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let line: Vec<String> = line.collect();
        let request = match line.is_empty() {
            true => request,
            false => request.header("cookie", line.join("; ")),
        };
        let response = request.send().expect("the issuer answers");
        self.keep(&response);
        let location = response.headers().get("location");
        let location = location.map(|value| {
            let text = value.to_str().expect("an address is ASCII");
            url.join(text).expect("an address")
        });
        Page {
            status: response.status().as_u16(),
            location,
            text: response.text().expect("a page is text"),
            url,
        }
    }

    fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().expect("a cookie is ASCII");
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            match line.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}
