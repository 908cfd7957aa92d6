//! The W3C trace id that a caller sent.

use http::HeaderMap;

/// The trace id of the one `traceparent` (W3C Trace Context section 3.2): 32
/// lower-case hexadecimal digits, not all zero. A malformed one is ignored, as
/// that section says; it decides nothing.
pub(crate) fn id(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all("traceparent").iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return None;
    };
    let mut fields = line.to_str().ok()?.split('-');
    let (version, trace, parent, flags) = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |text: &str| text.bytes().any(|b| b != b'0');
    let known = hex(version, 2) && version != "ff" && (version != "00" || fields.next().is_none());
    let whole = hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    (known && whole && some(trace) && some(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("traceparent", line.parse().unwrap());
        }
        id(&headers).map(str::to_owned)
    }

    #[test]
    fn one_well_formed_traceparent_gives_its_trace_id() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(of(&[&good]).as_deref(), Some(trace));
        assert_eq!(of(&[&good.replacen("00", "01", 1)]).as_deref(), Some(trace));
        assert_eq!(of(&[&good, &good]), None);
        for wrong in [
            String::new(),
            good.to_uppercase(),
            good.replacen("00", "ff", 1),
            format!("{good}-x"),
            good.replace(trace, &"0".repeat(32)),
            good.replace("00f067aa0ba902b7", &"0".repeat(16)),
            good.replace(trace, "4bf9"),
        ] {
            assert_eq!(of(&[&wrong]), None, "{wrong}");
        }
    }
}
