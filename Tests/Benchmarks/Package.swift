// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what it measures against is never needed to build or test the library.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "ResilientHTTP", path: "../.."),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
    ],
    targets: [
        .target(name: "CAllocations"),
        .target(name: "CCurlLoop"),
        .target(name: "CLookups"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CAllocations",
                "CCurlLoop",
                "CLookups",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ResilientCurl", package: "ResilientHTTP"),
                .product(name: "ResilientHTTP", package: "ResilientHTTP"),
                .product(name: "ResilientHTTPTesting", package: "ResilientHTTP"),
            ],
            resources: [.embedInCode("Python/driver.py")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
