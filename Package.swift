// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "ResilientHTTP",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2), .macCatalyst(.v18)],
    products: [
        .library(name: "ResilientHTTP", targets: ["ResilientHTTP"]),
        .library(name: "ResilientCurl", targets: ["ResilientCurl"]),
        .library(name: "ResilientHTTPTesting", targets: ["ResilientHTTPTesting"]),
    ],
    targets: [
        .target(name: "ResilientHTTP", swiftSettings: settings),
        // Without a header of curl's: what is needed of libcurl is looked up at run time. Empty but on Linux.
        .target(name: "CLibcurl"),
        .target(name: "ResilientCurl", dependencies: ["ResilientHTTP", "CLibcurl"], swiftSettings: settings),
        .target(name: "ResilientHTTPTesting", dependencies: ["ResilientHTTP"], swiftSettings: settings),
        // What the examples have in common: console, command line, child processes. Not a product.
        .target(name: "ExampleSupport", path: "Examples/Shared", swiftSettings: settings),
        .executableTarget(
            name: "QuickStart",
            dependencies: ["ResilientHTTP", "ResilientCurl", "ResilientHTTPTesting", "ExampleSupport"],
            path: "Examples/QuickStart",
            swiftSettings: settings
        ),
        // Without package access: what the probe does, any program can.
        .executableTarget(
            name: "Probe",
            dependencies: ["ResilientHTTP", "ResilientCurl", "ResilientHTTPTesting"],
            path: "Examples/Probe",
            packageAccess: false,
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FaultStorm",
            dependencies: ["ResilientHTTP", "ResilientCurl", "ResilientHTTPTesting", "ExampleSupport"],
            path: "Examples/FaultStorm",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "BreakerTable",
            dependencies: ["ResilientHTTP", "ResilientHTTPTesting"],
            path: "Examples/BreakerTable",
            swiftSettings: settings
        ),
        // The cache tests of http-tests.com: origin and checker, for the suites that run them in process and over sockets.
        .target(name: "CacheTestSuite", path: "Tests/CacheTestSuite", swiftSettings: settings),
        // nginx and nghttpd with certificates made in the run, for the suites over TLS and HTTP/2. Not a product.
        .target(
            name: "RealServers",
            dependencies: ["ResilientHTTP", "ResilientHTTPTesting"],
            path: "Tests/RealServers",
            swiftSettings: settings
        ),
        // What the conformance tests run where it may trust another authority than the system's. Not a product.
        .executableTarget(
            name: "SecureURLSession",
            dependencies: ["ResilientCurl", "ResilientHTTP", "ResilientHTTPTesting", "RealServers"],
            path: "Tests/SecureURLSession",
            swiftSettings: settings
        ),
        // What the suites over real sockets send through, and a client with its server for them. Not a product.
        .target(
            name: "SocketSupport",
            dependencies: ["ResilientCurl", "ResilientHTTP", "ResilientHTTPTesting"],
            path: "Tests/SocketSupport",
            swiftSettings: settings
        ),
        // What the tests of the cache on disk kill while it writes. Not a product.
        .executableTarget(
            name: "CacheCrashWriter",
            dependencies: ["ResilientHTTP"],
            path: "Tests/CacheCrashWriter",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ResilientHTTPTests",
            dependencies: [
                "ResilientHTTP", "ResilientHTTPTesting", "CacheTestSuite", "ExampleSupport", "CacheCrashWriter",
                "SocketSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ResilientCurlTests",
            dependencies: [
                "ResilientCurl", "ResilientHTTP", "ResilientHTTPTesting", "RealServers", "SocketSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ResilientHTTPTestingTests",
            dependencies: [
                "ResilientHTTP", "ResilientHTTPTesting", "RealServers", "ExampleSupport", "SecureURLSession",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "QuickStartTests",
            dependencies: ["QuickStart", "ExampleSupport", "ResilientHTTPTesting", "SocketSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FaultStormTests",
            dependencies: ["FaultStorm", "ExampleSupport", "ResilientHTTP", "ResilientHTTPTesting", "SocketSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProbeTests",
            dependencies: ["Probe", "ExampleSupport", "ResilientHTTPTesting", "CacheTestSuite", "SocketSupport"],
            swiftSettings: settings
        ),
        // What a user's own suite looks like: XCTest, public API, mock transport, nothing else.
        .testTarget(
            name: "UserSuiteTests",
            dependencies: ["ResilientHTTP", "ResilientHTTPTesting"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
