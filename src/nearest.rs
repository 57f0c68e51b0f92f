//! The nearest of several names, for hints.

// A finding looks for a near name anew: among more than these it would take
// longer than the check itself.
pub(crate) const NAMES_MAX: usize = 20_000;

/// The name most like the one given, if one is like it at all.
///
/// Likeness is the share of characters in common, in order, and must be six
/// tenths; case is ignored. Among very many names none is looked for. Method:
/// ratio of Python's `difflib`, through the crate `similar`.
///
/// ```
/// use crossfoot::nearest::nearest;
///
/// assert_eq!(nearest("Roberry", ["Rape", "Robbery"]), Some("Robbery"));
/// assert_eq!(nearest("xyz", ["Rape", "Robbery"]), None);
/// ```
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = names.into_iter().take(NAMES_MAX + 1).collect();
    if names.len() > NAMES_MAX {
        return None;
    }
    let folded: Vec<String> = names.iter().map(|it| it.to_lowercase()).collect();
    let options: Vec<&str> = folded.iter().map(String::as_str).collect();
    let found = *similar::get_close_matches(name.to_lowercase().as_str(), &options, 1, 0.6).first()?;
    folded.iter().position(|it| it == found).map(|it| names[it])
}
