import Foundation
import Testing

/// No conversion of a number from outside ends the process.
///
/// Modules that are built as `checked` in Package.swift may not use the standard library's conversion from
/// floating-point numbers to integers, which traps: `Quantities` shadows it with one that saturates, and the compiler
/// refuses even that, so that `init(saturating:)` is what a reader sees. The shadow lies only over files that import
/// `Quantities`; this is the test that they do.
@Suite struct ConversionTests {
    static let checked = [
        "ControlAPI", "Acquisition", "SlideStore", "Mosaic", "Statistics", "Export", "Lens", "Camera", "Grains",
        "Registration", "Sampling",
    ]

    private static func files(of module: String) throws -> [(name: String, text: String)] {
        let folder = ModuleBoundaryTests.sources.appendingPathComponent(module)
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.map {
            ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
        }
    }

    @Test(arguments: checked) func whoMakesIntegersImportsTheOneConversion(_ module: String) throws {
        for (name, text) in try Self.files(of: module) {
            let makesIntegers = text.contains(/(?:^|[^\w.])U?Int(?:8|16|32|64)?(?:\((?!\w+:)|\.init\b)/)
            let isShadowed = text.contains(/(?m)^(?:package |internal )?import Quantities$/)
            #expect(!makesIntegers || isShadowed, "\(module)/\(name) makes integers and does not import Quantities")
        }
    }

    @Test func theCompilerRefusesTheTrappingConversionInTheseModules() throws {
        let manifest = try String(
            contentsOf: ModuleBoundaryTests.sources.deletingLastPathComponent().appendingPathComponent("Package.swift"),
            encoding: .utf8)
        #expect(manifest.contains("swiftSettings: strict + [saturating]"))
        #expect(
            manifest.contains(#"let saturating: SwiftSetting = .treatWarning("DeprecatedDeclaration", as: .error)"#))
        for module in Self.checked {
            let entry = try Regex("checked\\(\\s*\"\(module)\"")
            #expect(manifest.contains(entry), "\(module) is not built as checked")
        }
        let shadow = try Self.files(of: "Quantities").map(\.text).joined()
        for type in ["Int", "Int64", "Int32", "UInt64", "UInt32", "UInt16", "UInt8"] {
            #expect(shadow.contains(try Regex("extension \(type) \\{")), "\(type) is not shadowed")
        }
    }
}
