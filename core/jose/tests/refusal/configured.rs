//! What an acceptor is configured to accept: algorithms and types.

use jose::*;
use serde_json::json;

#[test]
fn rfc8725_3_1_an_allow_list_allows_what_it_names_and_nothing_else() {
    for one in Algorithm::ALL {
        for other in Algorithm::ALL {
            // Whatever is named, however often and in whatever order.
            for named in [
                vec![one, other],
                vec![other, one, one],
                vec![one, other, other],
            ] {
                let list = AllowList::new(&named).unwrap();
                for asked in Algorithm::ALL {
                    let expected = asked == one || asked == other;
                    assert_eq!(list.allows(asked), expected, "{named:?} {asked:?}");
                    assert_eq!(AllowList::only(one).allows(asked), asked == one);
                }
                assert!(list.algorithms().all(|asked| named.contains(&asked)));
                assert_eq!(list.algorithms().count(), if one == other { 1 } else { 2 });
            }
        }
    }
    assert_eq!(AllowList::new(&[]), Err(EmptyAllowList));
    assert!(EmptyAllowList.to_string().contains("at least one"));
}

#[test]
fn an_allow_list_is_written_and_read_as_its_names() {
    let list = AllowList::new(&[Algorithm::Es256, Algorithm::EdDsa]).unwrap();
    let written = serde_json::to_value(list).unwrap();
    assert_eq!(written.as_array().unwrap().len(), 2, "{written}");
    assert_eq!(serde_json::from_value::<AllowList>(written).unwrap(), list);
    for wrong in [
        json!([]),
        json!("EdDSA"),
        json!(["none"]),
        json!(["EdDSA", "HS256"]),
    ] {
        assert!(
            serde_json::from_value::<AllowList>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn rfc8725_3_11_a_type_that_is_named_twice_is_accepted() {
    for typ in TokenType::ALL {
        let twice = AcceptedTypes::only(typ).or(typ);
        assert_eq!(twice, AcceptedTypes::only(typ));
        assert!(twice.accepts(Some(typ.as_str())) && !twice.accepts(None));
        let unstated = twice.or_unstated().or_unstated().or(typ);
        assert!(unstated.accepts(Some(typ.as_str())) && unstated.accepts(None));
    }
}
