use super::*;

#[test]
fn two_sources_of_one_name_are_refused() {
    let source = || PropertySource::new("shop.toml");
    let environment = Environment::new().source(source()).source(source());
    let error = environment.into_endpoint().unwrap_err();
    assert_eq!(error.kind(), ManagementErrorKind::DuplicateSource);
    assert!(error.to_string().contains(r#""shop.toml""#), "{error}");
}

#[test]
fn a_secret_stays_one() {
    let source = PropertySource::new("shop.toml")
        .property("bank.password", "swordfish")
        .secret("bank.password")
        .property("bank.password", "swordfish");
    assert_eq!(source.properties["bank.password"], None);
}

#[test]
fn no_value_is_in_what_is_for_developers() {
    let source = PropertySource::new("shop.toml").property("cart.size", "swordfish");
    let shown = format!(
        "{:?}",
        Environment::new().source(source).show(["cart.size"])
    );
    assert!(!shown.contains("swordfish"), "{shown}");
    assert!(shown.contains("cart.size"), "{shown}");
}

#[test]
fn of_two_lists_the_later_counts_if_there_is_one() {
    let first = || Environment::new().show(["a"]);
    let both = first().followed_by(Environment::new().show(["b"]));
    assert_eq!(both.shown, Some(vec!["b".to_owned()]));
    let only = first().followed_by(Environment::new());
    assert_eq!(only.shown, Some(vec!["a".to_owned()]));
}
