/// A request's body that knows what is wrong with it whatever it is asked of. Client and daemon ask it: the one to
/// answer at once, the other because a client may be any program.
package protocol CheckedRequest: Codable, Sendable {
    /// Nil where nothing is.
    var fault: Problem? { get }
}
