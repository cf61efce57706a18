import Digest
import FoundationEssentials

/// What a property of JSON-LD may be here.
enum CrateValue: Encodable {
    case text(String)
    /// To another entity, by its id.
    case reference(String)
    case list([CrateValue])

    private struct Reference: Encodable {
        let id: String

        enum CodingKeys: String, CodingKey {
            case id = "@id"
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .reference(let id): try container.encode(Reference(id: id))
        case .list(let values): try container.encode(values)
        }
    }
}

/// A node of an RO-Crate's graph.
struct CrateEntity: Encodable {
    let id: String
    let properties: [String: CrateValue]
    /// Of a file.
    private(set) var bytes: Int64 = 0

    init(_ id: String, _ type: String, _ properties: [String: CrateValue]) {
        self.id = id
        self.properties = properties.merging(["@id": .text(id), "@type": .text(type)]) { $1 }
    }

    static func file(
        _ name: String, _ bytes: [UInt8], title: String, type: String, _ more: [String: CrateValue]
    ) -> CrateEntity {
        var file = CrateEntity(
            name, "File",
            more.merging([
                "name": .text(title), "encodingFormat": .text(type), "contentSize": .text("\(bytes.count)"),
                "sha256": .text(sha256Hex(bytes)),
            ]) { $1 })
        file.bytes = Int64(bytes.count)
        return file
    }

    static func software(_ version: String) -> CrateEntity {
        CrateEntity(
            "#neurallens", "SoftwareApplication",
            [
                "name": .text("NeuralLens"), "softwareVersion": .text(version), "version": .text(version),
                "url": .text("#neurallens"),
            ])
    }

    /// - Parameter digest: SHA-256 of its manifest.
    static func lens(_ digest: String, name: String, title: String?) -> CrateEntity {
        CrateEntity(
            "#lens-\(digest)", "SoftwareApplication",
            [
                "name": .text("Neural lens \(name)"), "description": .text(title ?? name), "version": .text(digest),
                "softwareVersion": .text(digest), "sha256": .text(digest), "url": .text("#lens-\(digest)"),
            ])
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(properties)
    }

    private struct Document: Encodable {
        let context = "https://w3id.org/ro/crate/1.1/context"
        let graph: [CrateEntity]

        enum CodingKeys: String, CodingKey {
            case context = "@context"
            case graph = "@graph"
        }
    }

    static func document(_ graph: [CrateEntity]) throws(ControlClientError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(Document(graph: graph)))
        } catch {
            throw ControlClientError(.cannotWrite, "the metadata of the slide cannot be written", hint: "report this")
        }
    }
}
