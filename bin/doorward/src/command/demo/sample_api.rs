//! The API behind the demo's gate, and beside it the application that people
//! let read their profile. It knows nothing of keys and tokens: it
//! answers whoever reaches it, and says whom the gate announced.

use std::net::SocketAddr;

use axum::extract::Query;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::callback::{self, Expected};
use crate::answer::Fault;

/// The sample API at work.
pub(super) struct SampleApi {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// What its callback page waits for.
    pub(super) expected: Expected,
}

/// Starts it. It ends with the process.
pub(super) async fn start(address: SocketAddr) -> Result<SampleApi, Fault> {
    let fault = |error: std::io::Error| {
        Fault::new(
            format!("the sample API cannot listen on {address}: {error}"),
            "name another --listen-base",
        )
    };
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    let address = listener.local_addr().map_err(fault)?;
    let expected = Expected::default();
    let router = Router::new()
        .route("/v1/forecast", get(forecast))
        .route("/v1/reports", get(reports))
        .route("/v1/payments", post(payment))
        .route("/v1/payouts", post(payout))
        .route("/v1/profile", get(profile))
        .route(callback::PATH, get(callback::page))
        .with_state(Expected::clone(&expected));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the sample API ended");
        }
    });
    Ok(SampleApi { address, expected })
}

#[derive(Deserialize)]
struct Forecast {
    city: Option<String>,
}

async fn forecast(Query(query): Query<Forecast>, headers: HeaderMap) -> Json<Value> {
    let city = query.city.unwrap_or_else(|| "Austin".to_owned());
    Json(json!({ "city": city, "forecast": "sunny", "celsius": 24, "caller": caller(&headers) }))
}

async fn reports(headers: HeaderMap) -> Json<Value> {
    Json(json!({ "reports": [{ "id": "2026-10", "lines": 418 }], "caller": caller(&headers) }))
}

async fn payment(headers: HeaderMap) -> Json<Value> {
    Json(json!({ "payment": "accepted", "caller": caller(&headers) }))
}

async fn payout(headers: HeaderMap) -> Json<Value> {
    Json(json!({ "payout": "sent", "caller": caller(&headers) }))
}

async fn profile(headers: HeaderMap) -> Json<Value> {
    Json(json!({ "name": "Alice", "caller": caller(&headers) }))
}

/// What the gate said of the caller: the identity headers, and whether any
/// credential came through (none ever does).
fn caller(headers: &HeaderMap) -> Value {
    let announced: serde_json::Map<String, Value> = headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix("x-doorward-")?;
            Some((name.replace('-', "_"), json!(value.to_str().ok()?)))
        })
        .collect();
    let credential_came_through = ["authorization", "x-api-key", "cookie"]
        .iter()
        .any(|name| headers.contains_key(*name));
    json!({ "announced": announced, "credential_came_through": credential_came_through })
}
