//! Cookies of ours stay on our side.

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue, SET_COOKIE};

/// Whether a cookie with this name is Doorward's.
fn is_ours(name: &str) -> bool {
    let bare = name
        .strip_prefix("__Host-")
        .or_else(|| name.strip_prefix("__Secure-"))
        .unwrap_or(name);
    bare.get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("doorward"))
}

/// Takes our cookies out of a request and leaves the application's.
pub(super) fn remove_ours(headers: &mut HeaderMap) {
    let kept: Vec<String> = headers
        .get_all(COOKIE)
        .iter()
        .map(|line| {
            // A line that is not ASCII could hide one of ours, so it is not passed on.
            let pairs = line.to_str().unwrap_or_default().split(';');
            let kept: Vec<&str> = pairs
                .map(str::trim)
                .filter(|pair| {
                    let name = pair.split('=').next().unwrap_or_default();
                    !pair.is_empty() && !is_ours(name.trim())
                })
                .collect();
            kept.join("; ")
        })
        .filter(|line| !line.is_empty())
        .collect();
    headers.remove(COOKIE);
    for line in kept {
        if let Ok(value) = HeaderValue::try_from(line) {
            headers.append(COOKIE, value);
        }
    }
}

/// An upstream sets its own cookies, not ours.
pub(super) fn remove_ours_being_set(headers: &mut HeaderMap) {
    let ours = |value: &HeaderValue| {
        let name = value.as_bytes().split(|&byte| byte == b'=').next();
        std::str::from_utf8(name.unwrap_or_default()).map_or(true, |name| is_ours(name.trim()))
    };
    if !headers.get_all(SET_COOKIE).iter().any(ours) {
        return;
    }
    let kept: Vec<HeaderValue> = headers
        .get_all(SET_COOKIE)
        .iter()
        .filter(|value| !ours(value))
        .cloned()
        .collect();
    headers.remove(SET_COOKIE);
    for value in kept {
        headers.append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookies_are_taken_out_and_others_stay() {
        let mut headers = HeaderMap::new();
        for line in [
            "a=1; __Host-doorward_session=s; b=2",
            "__Host-Doorward=x",
            "c=doorward",
        ] {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        remove_ours(&mut headers);
        let kept: Vec<_> = headers.get_all(COOKIE).iter().collect();
        assert_eq!(kept, ["a=1; b=2", "c=doorward"]);
    }

    #[test]
    fn an_upstream_cannot_set_our_cookie() {
        let mut headers = HeaderMap::new();
        for line in [
            "a=1; Path=/",
            "__Host-doorward_session=evil; Secure",
            " doorward=x",
        ] {
            headers.append(SET_COOKIE, HeaderValue::from_static(line));
        }
        remove_ours_being_set(&mut headers);
        let kept: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(kept, ["a=1; Path=/"]);
    }
}
