// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what it measures against is never needed to build or test the library.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "ResilientHTTP", path: "../..")],
    targets: [
        .target(name: "CAllocations"),
        .target(name: "CCurlLoop"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CAllocations",
                "CCurlLoop",
                .product(name: "ResilientCurl", package: "ResilientHTTP"),
                .product(name: "ResilientHTTP", package: "ResilientHTTP"),
                .product(name: "ResilientHTTPTesting", package: "ResilientHTTP"),
            ],
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
