import ArgumentParser
import ControlClient

struct PageCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "page", abstract: "Print the addresses that open the page in a browser.",
        discussion: """
            The daemon serves the page over TCP where it was told to, with --http 127.0.0.1:PORT or http in its \
            configuration. Whoever has an address may do what it allows: keep it as a password.
            """)

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let links = try client.pageLinks()
        try show(links, Presentation.pageLinks(links))
    }
}
