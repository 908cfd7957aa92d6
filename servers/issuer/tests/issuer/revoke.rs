//! A client revokes what it was given: RFC 7009.

use axum::http::StatusCode;
use snapshot::CutoffTarget;
use store::Read as _;

use crate::browser::Browser;
use crate::delegation::stage;

#[tokio::test]
async fn rfc7009_2_1_tok_044_a_revoked_token_is_refused_everywhere() {
    for client_type in ["web", "browser", "native"] {
        let stage = stage(client_type).await;
        let code = stage.code(&mut Browser::default()).await;
        let (_, tokens) = stage.redeem(&code).await;
        let access = tokens["access_token"].as_str().unwrap();
        let refresh = tokens["refresh_token"].as_str().unwrap();
        for unknown in ["x", "a.b.c"] {
            let (status, _) = stage.post("/oauth2/revoke", &[("token", unknown)]).await;
            assert_eq!(status, StatusCode::OK, "{unknown}");
        }
        assert_eq!(stage.refresh(&tokens).await.0, StatusCode::OK, "control");
        // The hint is wrong, and does not matter (section 2.1).
        let wrong_hint = [("token", access), ("token_type_hint", "refresh_token")];
        let (status, _) = stage.post("/oauth2/revoke", &wrong_hint).await;
        assert_eq!(status, StatusCode::OK);
        let jti = crate::delegation::claims(&tokens["access_token"])["jti"].clone();
        let snapshot = stage.world.store.snapshot().await.unwrap();
        assert!(
            snapshot.is_token_denied(jti.as_str().unwrap()),
            "the gates refuse it"
        );

        let (status, _) = stage.post("/oauth2/revoke", &[("token", refresh)]).await;
        assert_eq!(status, StatusCode::OK);
        let (status, body) = stage.refresh(&tokens).await;
        assert_eq!(
            (status, &body["error"]),
            (StatusCode::BAD_REQUEST, &"invalid_grant".into())
        );
        let family = crate::delegation::claims(&tokens["access_token"])["fam"].clone();
        let target = CutoffTarget::Family(family.as_str().unwrap().to_owned());
        let snapshot = stage.world.store.snapshot().await.unwrap();
        assert!(
            snapshot.cutoff(&target).is_some(),
            "and every other one of its family"
        );
        let (status, body) = stage.post("/oauth2/revoke", &[]).await;
        assert_eq!(
            (status, &body["error"]),
            (StatusCode::BAD_REQUEST, &"invalid_request".into())
        );
        let text = stage.world.store_text().await;
        assert!(!text.contains(refresh) && !text.contains(access));
    }
}
