// swift-tools-version: 6.2
import PackageDescription

/// The strictest reading of Swift 6: every file's imports state what it depends on.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Inner loops over pixels and weights: bounds are checked once, where a buffer is made.
let kernel: [CSetting] = [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Wno-psabi"])]

/// Floating-point numbers become integers through `Quantities` alone, which cannot end the process.
let saturating: SwiftSetting = .treatWarning("DeprecatedDeclaration", as: .error)

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A module that meets numbers from outside.
func checked(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ["Quantities"] + dependencies, swiftSettings: strict + [saturating])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let package = Package(
    name: "neurallens",
    products: [
        .executable(name: "neurallensd", targets: ["neurallensd"]),
        .executable(name: "neurallens", targets: ["neurallens"]),
        .executable(name: "neurallens-lab", targets: ["neurallens-lab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Thin shims over C libraries: only what Swift cannot import, no policy.
        .target(name: "CV4L2", linkerSettings: [.linkedLibrary("v4lconvert")]),
        .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
        .target(
            name: "COpenCV",
            cxxSettings: [.unsafeFlags(["-I/usr/include/opencv4", "-std=c++17"])],
            linkerSettings: [.linkedLibrary("opencv_imgproc"), .linkedLibrary("opencv_core")]),
        .target(
            name: "CTIFF", cSettings: [.unsafeFlags(["-Wall", "-Wextra"])], linkerSettings: [.linkedLibrary("tiff")]),
        .target(
            name: "CJPEG", cSettings: [.unsafeFlags(["-Wall", "-Wextra"])], linkerSettings: [.linkedLibrary("jpeg")]),
        // The page, embedded into the program.
        .target(
            name: "CPage", exclude: ["page"], cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Wno-c23-extensions"])]),
        .target(
            name: "CKernels", cSettings: kernel + [.define("NL_OPENBLAS")],
            linkerSettings: [.linkedLibrary("openblas")]),
        .target(name: "CTraining", dependencies: ["CKernels"], cSettings: kernel),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CChild"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // What numbers from outside may be; every module that meets them knows it.
        module("Quantities"),
        // What the system is asked for, and files that are whole or not at all.
        module("SystemCalls"),
        // Files in one file.
        module("Zip", ["SystemCalls"]),
        // Numbers by chance, the same on every machine.
        module("Randomness"),

        // Light comes in ...
        module("Imaging", ["CPNG", "CTIFF", "CJPEG", "COpenCV"]),
        checked("Camera", ["Imaging", "SystemCalls", "CV4L2", logging]),
        module("Simulation", ["Imaging", "Camera", "Randomness"]),
        // Motors under the slide and at the focus.
        checked("Stage", ["SystemCalls"]),
        // ... passes the lens ...
        module("Tensor"),
        module("Kernels", ["Tensor", "CKernels"]),
        module("Network", ["Tensor", "Kernels", "SystemCalls", "Randomness"]),
        module("Digest", ["CCrypto"]),
        checked("Lens", ["Imaging", "Kernels", "Network", "Grains", "Digest"]),
        // Lenses for other people's programs.
        module("ModelExchange", ["Imaging", "Tensor", "Kernels", "Network", "Digest", "Lens", "Zip"]),
        // Lenses are made from pairs and judged by truth.
        checked("Registration", ["Imaging"]),
        module("Pairing", ["Imaging", "Registration", "Randomness"]),
        // Planes of one field at several heights: the sharpest, one picture of all, the way to the focus.
        checked("Focus", ["Imaging", "Registration"]),
        module(
            "Training", ["CTraining", "Imaging", "Tensor", "Kernels", "Network", "Digest", "Lens", "Randomness"]),
        // Lenses are taught from labels: which fields, how, and what came of it.
        module("Teaching", ["Imaging", "Pairing"]),
        module(
            "Evaluation", ["Imaging", "Pairing", "Grains", "Lens", "Network", "Simulation", "Mosaic", "Focus", "Stage"]),

        // ... and leaves as counts.
        checked("Grains", ["Imaging"]),
        checked("SlideStore", ["Grains", "Digest", "SystemCalls", grdb, logging]),
        checked("Mosaic", ["Imaging", "Registration", "Grains"]),
        checked("Statistics"),
        // What a trap caught: which part of a tape is a day, where it is examined, and what the counts are in grains per m3.
        checked("Sampling", ["Statistics", "Randomness"]),
        module("Tabular"),
        checked("Export", ["Imaging", "Tabular", "Zip", "Sampling", "ControlAPI"]),
        checked(
            "Acquisition",
            [
                "Imaging", "Camera", "Simulation", "Lens", "Grains", "SlideStore", "ControlAPI", "Digest",
                "Registration",
                "Mosaic", "Statistics", "Sampling", "Export", "Randomness", "SystemCalls", "Pairing", "Teaching",
                "Focus", "Stage",
                logging,
            ]),

        // Control.
        checked("ControlAPI"),
        module("UnixSocket", ["SystemCalls"]),
        module(
            "ControlServer",
            [
                "Quantities", "ControlAPI", "UnixSocket", "SystemCalls", "Digest", "CPage", lifecycle, logging,
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
            ]),
        module("ControlClient", ["ControlAPI", "UnixSocket", "SystemCalls", "Digest", "Tabular", "Zip"]),

        module("StandardOutput"),
        module("Configuration"),

        // Programs: argument parsing and composition.
        .executableTarget(
            name: "neurallensd",
            dependencies: [
                "Acquisition", "Configuration", "Quantities", "ControlAPI", "ControlServer", "UnixSocket",
                "StandardOutput", "Stage", "CMalloc", arguments, logging, lifecycle, signals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "neurallens",
            dependencies: ["ControlAPI", "ControlClient", "SlideStore", "StandardOutput", arguments],
            swiftSettings: strict),
        .executableTarget(
            name: "neurallens-lab",
            dependencies: [
                "Acquisition", "Camera", "Simulation", "Imaging", "Kernels", "Network", "Lens", "Grains", "SlideStore",
                "Registration", "Pairing", "Training", "Teaching", "Evaluation", "Mosaic", "Statistics", "Sampling",
                "ModelExchange", "Focus", "Stage",
                "StandardOutput",
                "CChild", arguments,
            ],
            swiftSettings: strict),

        // A folder of tests a module, and HouseTests for the house itself.
        tests("HouseTests", []),
        tests("QuantitiesTests", ["Quantities"]),
        tests("SystemCallsTests", ["SystemCalls"]),
        tests("ZipTests", ["Zip"]),
        tests("ImagingTests", ["Imaging"], resources: [.copy("Fixtures")]),
        tests("RegistrationTests", ["Registration", "Imaging"]),
        tests("StageTests", ["Stage", "Simulation"]),
        tests("FocusTests", ["Focus", "Imaging", "Simulation"]),
        tests("PairingTests", ["Pairing", "Imaging"]),
        tests("TeachingTests", ["Teaching", "Pairing", "Imaging"]),
        tests(
            "TrainingTests", ["Training", "Tensor", "Kernels", "Network", "Imaging", "Lens"],
            resources: [.copy("Fixtures")]),
        tests(
            "EvaluationTests", ["Evaluation", "Pairing", "Imaging", "Grains", "Simulation"],
            resources: [.copy("Fixtures")]),
        // A camera in the test process that tells what is not so.
        .target(name: "LyingCamera", path: "Tests/LyingCamera"),
        tests("CameraTests", ["Camera", "Imaging", "LyingCamera"], resources: [.copy("Fixtures")]),
        tests("SimulationTests", ["Simulation", "Imaging", "Camera"]),
        tests("KernelsTests", ["Tensor", "Kernels"]),
        // Replaces malloc in the test process: counts what the engine takes from the heap.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        tests(
            "NetworkTests", ["Tensor", "Kernels", "Network", "AllocationCounter"], resources: [.copy("Fixtures")]),
        tests("LensTests", ["Lens", "Network", "Imaging", "Grains", "Simulation"]),
        tests("ModelExchangeTests", ["ModelExchange", "Network", "Tensor", "Zip"]),
        tests("GrainsTests", ["Grains", "Imaging"]),
        tests("SlideStoreTests", ["SlideStore", "Grains", grdb]),
        tests("MosaicTests", ["Mosaic", "Imaging", "Grains", "Registration", "Simulation"]),
        tests("StatisticsTests", ["Statistics"], resources: [.copy("Fixtures")]),
        tests("SamplingTests", ["Sampling"]),
        .testTarget(
            name: "ExportTests", dependencies: ["Export", "Imaging", "Zip", "ControlAPI", "ControlClient"],
            exclude: ["requirements.txt", "read_back.py"],
            swiftSettings: strict),
        tests("FuzzTests", ["Configuration", "ControlAPI", "Imaging", "Lens", "Network", "Pairing"]),
        tests("ControlAPITests", ["ControlAPI"]),
        tests("ControlClientTests", ["ControlAPI", "ControlClient"]),
        tests(
            "ControlServerTests",
            [
                "ControlAPI", "ControlClient", "ControlServer", "UnixSocket", "SystemCalls", "Acquisition", "Digest",
                "neurallens",
                lifecycle, logging,
            ]),
        // In the test process: a wall clock that can be moved, a disk that fails under databases.
        .target(name: "MovableClock", path: "Tests/MovableClock"),
        .target(name: "FaultyDisk", path: "Tests/FaultyDisk"),
        tests(
            "AcquisitionTests",
            [
                "Acquisition", "ControlAPI", "Camera", "Imaging", "Simulation", "SlideStore", "Grains", "Stage",
                "MovableClock",
                "FaultyDisk", "LyingCamera", logging,
            ]),
        tests("DaemonTests", ["neurallensd", "neurallens", "neurallens-lab", "Digest", "UnixSocket"]),
    ],
    cxxLanguageStandard: .cxx17
)
