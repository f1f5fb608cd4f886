/// The reader's hold on a channel: when the last copy goes, nobody reads any more, and the channel ends.
package final class BodyStream: Sendable {
    package let channel: BodyChannel

    package init(_ channel: BodyChannel) {
        self.channel = channel
    }

    deinit {
        channel.drop()
    }
}
