import Foundation
import Testing

/// Holds the import lines of every module against the layout that the README draws: light comes in on the left and
/// leaves as counts on the right.
@Suite struct ModuleBoundaryTests {
    /// What each module may import of ours. A module that is missing here fails the test.
    static let allowed: [String: Set<String>] = [
        "Quantities": [],
        "SystemCalls": [],
        "Randomness": [],
        "Zip": ["SystemCalls"],
        "Imaging": ["CPNG", "CTIFF", "CJPEG", "COpenCV"],
        "Camera": ["Quantities", "Imaging", "SystemCalls", "CV4L2"],
        "Simulation": ["Imaging", "Camera", "Randomness"],
        "Digest": ["CCrypto"],
        "Tensor": [],
        "Kernels": ["Tensor", "CKernels"],
        "Network": ["Tensor", "Kernels", "SystemCalls", "Randomness"],
        "Lens": ["Quantities", "Imaging", "Kernels", "Network", "Grains", "Digest"],
        "ModelExchange": ["Imaging", "Tensor", "Kernels", "Network", "Digest", "Lens", "Zip"],
        "Registration": ["Quantities", "Imaging"],
        "Pairing": ["Imaging", "Registration", "Randomness"],
        "Stage": ["Quantities", "SystemCalls"],
        "Focus": ["Quantities", "Imaging", "Registration"],
        "Teaching": ["Imaging", "Pairing"],
        "Training": ["CTraining", "Imaging", "Tensor", "Kernels", "Network", "Digest", "Lens", "Randomness"],
        "Evaluation": ["Imaging", "Pairing", "Grains", "Lens", "Network", "Simulation", "Mosaic", "Focus", "Stage"],
        "Grains": ["Quantities", "Imaging"],
        "SlideStore": ["Quantities", "Grains", "Digest", "SystemCalls"],
        "Mosaic": ["Quantities", "Imaging", "Registration", "Grains"],
        "Statistics": ["Quantities"],
        "Sampling": ["Quantities", "Statistics", "Randomness"],
        "Export": ["Quantities", "Imaging", "Tabular", "Zip", "Sampling", "ControlAPI"],
        "Tabular": [],
        "StandardOutput": [],
        "Configuration": [],
        "ControlAPI": ["Quantities"],
        "UnixSocket": ["SystemCalls"],
        "ControlServer": ["Quantities", "ControlAPI", "UnixSocket", "SystemCalls", "Digest", "CPage"],
        "ControlClient": ["ControlAPI", "UnixSocket", "SystemCalls", "Digest", "Tabular", "Zip"],
        "Acquisition": [
            "Quantities", "Imaging", "Camera", "Simulation", "Lens", "Grains", "SlideStore", "ControlAPI", "Digest",
            "Registration", "Mosaic", "Statistics", "Sampling", "Export", "Randomness", "SystemCalls", "Pairing",
            "Teaching", "Focus", "Stage",
        ],
        "neurallensd": [
            "Quantities", "Acquisition", "Configuration", "ControlAPI", "ControlServer", "UnixSocket", "StandardOutput",
            "CMalloc", "Stage",
        ],
        "neurallens": ["ControlAPI", "ControlClient", "SlideStore", "StandardOutput"],
        "neurallens-lab": [
            "Acquisition", "Camera", "Simulation", "Imaging", "Kernels", "Network", "Lens", "Grains", "SlideStore",
            "Registration", "Pairing", "Training", "Teaching", "Evaluation", "Mosaic", "Statistics", "Sampling",
            "StandardOutput", "CChild", "ModelExchange", "Focus", "Stage",
        ],
    ]

    /// The engine works on numbers alone, the wire types are Codable only.
    static let withoutFoundation = ["Quantities", "Tensor", "Kernels", "Network", "Imaging"]

    static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources")

    static var modules: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted() }
    }

    /// Imports of a module, by file.
    private func imports(of module: String) throws -> [(file: String, name: String)] {
        let folder = Self.sources.appendingPathComponent(module)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        return try files.flatMap { file in
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return text.split(separator: "\n").filter { $0.contains("import ") }.compactMap { line in
                line.wholeMatch(
                    of:
                        /\s*(?:@\w+ )?(?:(?:public|package|internal|private|fileprivate) )?import (?:\w+ )?(\w+)[.\w]*\s*(?:\/\/.*)?/
                )
                .map { (file, String($0.1)) }
            }
        }
    }

    @Test func everyModuleImportsOnlyWhatIsLeftOfIt() throws {
        let ours = Set(try Self.modules)
        for module in try Self.modules where !module.hasPrefix("C") || Self.allowed[module] != nil {
            let allowed = try #require(Self.allowed[module], "\(module) has no place in the layout")
            for (file, name) in try imports(of: module) where ours.contains(name) {
                #expect(allowed.contains(name), "\(module)/\(file) imports \(name)")
            }
        }
    }

    @Test func eachCLibraryHasOneImporter() throws {
        var importers: [String: Set<String>] = [:]
        for module in try Self.modules {
            for (_, name) in try imports(of: module) where name.hasPrefix("C") && Self.allowed[name] == nil {
                importers[name, default: []].insert(module)
            }
        }
        for (library, modules) in importers {
            #expect(modules.count == 1, "\(library) is imported by \(modules.sorted())")
        }
    }

    @Test func theEngineNeedsNoFoundation() throws {
        for module in Self.withoutFoundation {
            for (file, name) in try imports(of: module) {
                #expect(name != "Foundation", "\(module)/\(file) imports Foundation")
            }
        }
    }
}
