import Foundation
import ResilientHTTP

/// A service as an application writes one: the code under test.
final class WeatherService: Sendable {
    struct Forecast: Codable, Equatable {
        let city: String
        let celsius: Double
    }

    enum Failure: Error, Equatable {
        case unknownCity(String)
        case unavailable(retryAfter: Duration?)
    }

    private let client: ResilientClient

    init(client: ResilientClient) {
        self.client = client
    }

    func forecast(for city: String) async throws -> Forecast {
        do {
            let response = try await client.get(
                "/forecast",
                query: [URLQueryItem(name: "city", value: city)],
                options: RequestOptions(endpoint: "forecast")
            )
            return try response.decode()
        } catch let error as ResilientError where error.status == 404 {
            throw Failure.unknownCity(city)
        } catch let error as ResilientError where error.code == .attemptTimeout || error.code == .status {
            throw Failure.unavailable(retryAfter: error.retryAfter)
        }
    }

    func report(_ forecast: Forecast, key: String) async throws {
        _ = try await client.post("/reports", json: forecast, options: RequestOptions(idempotencyKey: key))
    }
}
