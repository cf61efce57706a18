import ArgumentParser
import ControlAPI
import ControlClient

struct SpeciesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "species", abstract: "Species that grains may be called.",
        discussion: "Those of the lens in use, and those that people added: to label with, and to teach a lens.",
        subcommands: [List.self, Add.self], defaultSubcommand: List.self)

    struct List: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List the species.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let species = try client.species()
            try show(species, Presentation.species(species))
        }
    }

    struct Add: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Add a species of one's own.")

        @Argument(help: "Scientific name, as in \"Betula pendula\".")
        var name: String

        @Option(help: ArgumentHelp("Short name (default: made of the name).", valueName: "key"))
        var key: String?

        @Option(help: ArgumentHelp("Colour of its outlines (default: one that is free).", valueName: "#rrggbb"))
        var colour: String?

        @Option(help: ArgumentHelp("Who adds it; the user is recorded anyway.", valueName: "name"))
        var reviewer: String?

        @OptionGroup var options: GlobalOptions

        private var request: SpeciesRequest {
            SpeciesRequest(name: name, key: key, colour: colour, reviewer: reviewer)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let species = try client.addSpecies(request)
            try show(species, Presentation.species([species]))
        }
    }
}
