/// Body of `POST /v1/store/checks`.
package struct StoreCheckRequest: Codable, Sendable, Equatable {
    /// Makes anew what follows from the rest.
    package var repair: Bool

    package init(repair: Bool = false) { self.repair = repair }
}
