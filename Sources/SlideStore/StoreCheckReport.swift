/// What a look at everything in a database found.
package struct StoreCheckReport: Sendable, Equatable {
    package var slides = 0
    package var captures = 0
    /// Pictures that were compared with their hashes.
    package var pictures = 0
    /// Of those that were compared.
    package var pictureBytes: Int64 = 0
    /// Sentences on what is wrong, each with what can be done; empty where all is well.
    package var faults: [String] = []
    /// Sentences on what is to be known and is not wrong.
    package var remarks: [String] = []
    /// Sentences on what was wrong and is right now.
    package var repairs: [String] = []

    package init() {}
}
