//! The articles' own code works: `python/article_002.py` against the demo.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use e2e::Demo;

#[test]
fn article_002_runs_as_it_is_written() {
    let Some(mut python) = e2e::other_languages::python("article_002.py") else {
        return;
    };
    let demo = Demo::start();
    let issuer = demo.text("/issuer");
    let output = python
        .env("FORECAST_URL", demo.url("weather.forecast"))
        .env("WEATHER_API_KEY", demo.text("/api_key/secret"))
        .env("TOKEN_URL", format!("{issuer}/oauth2/token"))
        .env("CLIENT_ID", demo.text("/client/id"))
        .env("CLIENT_SECRET", demo.text("/client/secret"))
        .env("REPORTS_URL", demo.url("reports.list"))
        .env("REPORTS_AUDIENCE", "https://api.example.com/reports")
        .env("JWKS_URL", format!("{issuer}/.well-known/jwks.json"))
        .env("ISSUER", issuer)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("Python runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(told.contains("every call behaved"));
}
