package import Foundation

extension RequestBody {
    /// How many bytes a file has that is to be a body.
    ///
    /// Throws `invalidRequest` when it is no file that can be read.
    package static func length(of file: URL) throws -> Int {
        guard file.isFileURL else {
            throw ResilientError(.invalidRequest, "the body's URL is not a file's", reachedServer: .no)
        }
        do {
            let values = try file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
            guard values.isRegularFile == true, let size = values.fileSize,
                FileManager.default.isReadableFile(atPath: file.path)
            else {
                throw ResilientError(.invalidRequest, "the body's file is no readable file", reachedServer: .no)
            }
            return size
        } catch let error as ResilientError {
            throw error
        } catch {
            throw ResilientError(
                .invalidRequest,
                "the body's file cannot be read: \(error.localizedDescription)",
                reachedServer: .no,
                cause: error
            )
        }
    }
}
