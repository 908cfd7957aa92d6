//! A browser without scripts: it keeps cookies, follows our own redirects and
//! sends the forms that pages have.

use std::collections::BTreeMap;

use authority::form;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::house::World;

/// A page, or a redirect to elsewhere.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.headers["location"].to_str().unwrap()
    }

    /// The parameters that it carries away.
    pub(crate) fn answer(&self) -> BTreeMap<String, String> {
        let (_, query) = self.location().split_once('?').unwrap();
        form::pairs(query.as_bytes()).unwrap().into_iter().collect()
    }

    /// The hidden fields of its form.
    pub(crate) fn fields(&self) -> BTreeMap<String, String> {
        let inputs = self.html.split("<input type=\"hidden\" ").skip(1);
        inputs
            .map(|input| {
                let attribute = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                    unescaped(rest.split('"').next().unwrap())
                };
                (attribute("name"), attribute("value"))
            })
            .collect()
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#34;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#39;", "'")
}

#[derive(Default, Clone)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens an address; follows redirects that stay with the issuer.
    pub(crate) async fn open(&mut self, world: &World, path: &str) -> Page {
        let mut path = path.to_owned();
        loop {
            let request = Request::get(&path).header("sec-fetch-site", "none");
            let page = self.send(world, request, String::new()).await;
            if page.status != StatusCode::SEE_OTHER || !page.location().starts_with('/') {
                return page;
            }
            path = page.location().to_owned();
        }
    }

    /// Sends a form, and goes where it leads.
    pub(crate) async fn submit(
        &mut self,
        world: &World,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let page = self.post(world, path, fields).await;
        if page.status == StatusCode::SEE_OTHER && page.location().starts_with('/') {
            let path = page.location().to_owned();
            return self.open(world, &path).await;
        }
        page
    }

    /// Sends a form, and goes nowhere.
    pub(crate) async fn post(
        &mut self,
        world: &World,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://login.example.com")
            .header("sec-fetch-site", "same-origin");
        self.send(world, request, form::write(fields.iter().copied()))
            .await
    }

    pub(crate) async fn send(
        &mut self,
        world: &World,
        mut request: axum::http::request::Builder,
        body: String,
    ) -> Page {
        let line: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !line.is_empty() {
            request = request.header("cookie", line.join("; "));
        }
        let request = request.body(Body::from(body)).unwrap();
        let (parts, body) = world
            .router()
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        for line in parts.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            for flag in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(line.contains(flag), "{line}");
            }
            assert!(
                line.starts_with("__Host-") && !line.contains("Domain"),
                "{line}"
            );
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            match line.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        Page {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Sends the login form of a page.
    pub(crate) async fn log_in(
        &mut self,
        world: &World,
        page: &Page,
        name: &str,
        password: &str,
    ) -> Page {
        let mut fields = page.fields();
        fields.insert("login_name".into(), name.into());
        fields.insert("password".into(), password.into());
        self.submit(world, "/login", &borrowed(&fields)).await
    }

    /// Sends the consent form of a page.
    pub(crate) async fn consent(&mut self, world: &World, page: &Page, decision: &str) -> Page {
        let mut fields = page.fields();
        fields.insert("decision".into(), decision.into());
        self.submit(world, "/consent", &borrowed(&fields)).await
    }
}

pub(crate) fn borrowed(fields: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
