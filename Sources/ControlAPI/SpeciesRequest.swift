/// Body of `POST /v1/species`.
package struct SpeciesRequest: CheckedRequest, Equatable {
    /// Characters that a name and a key may have.
    package static let longestName = 200, longestKey = 40

    /// Scientific name.
    package var name: String
    /// Short name; made of the name where it is left out.
    package var key: String?
    /// Display colour, `#rrggbb`; the daemon gives one where it is left out.
    package var colour: String?
    /// Name of the person; the user who connected is recorded anyway.
    package var reviewer: String?

    package init(name: String, key: String? = nil, colour: String? = nil, reviewer: String? = nil) {
        self.name = name
        self.key = key
        self.colour = colour
        self.reviewer = reviewer
    }

    /// The name's words as a key, the first alone and all of them: `betula` and `betula-pendula`.
    package var proposedKeys: [String] {
        let words = name.lowercased().split { !Self.isOfKey($0) }
        return words.isEmpty
            ? []
            : [String(words[0].prefix(Self.longestKey)), String(words.joined(separator: "-").prefix(Self.longestKey))]
    }

    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidSpecies, detail, hint: hint) }
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard !name.allSatisfy(\.isWhitespace), isPlain, name.unicodeScalars.count <= Self.longestName else {
            return refused(
                "a species cannot be named so",
                "give a name of 1 to \(Self.longestName) characters, without line breaks")
        }
        if let key {
            let parts = key.split(separator: "-", omittingEmptySubsequences: false)
            guard key.count <= Self.longestKey, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isOfKey) }) else {
                return refused(
                    "\"\(key)\" is no key of a species",
                    "give 1 to \(Self.longestKey) lower-case letters a to z and digits, with single hyphens between them"
                )
            }
        } else if proposedKeys.isEmpty {
            return refused("the species \"\(name)\" needs a key", "give one of letters a to z and digits")
        }
        if let colour,
            colour.count != 7 || colour.first != "#" || !colour.dropFirst().allSatisfy(\.isHexDigit)
                || !colour.utf8.allSatisfy({ $0 < 128 })
        {
            return refused("\"\(colour)\" is no colour", "give #rrggbb, or leave it out")
        }
        return nil
    }

    private static func isOfKey(_ character: Character) -> Bool {
        // Of "a" with a mark under it the order says that it lies between "a" and "z".
        character.isASCII && (("a"..."z").contains(character) || ("0"..."9").contains(character))
    }
}
