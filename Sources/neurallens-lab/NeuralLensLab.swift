internal import ArgumentParser
internal import StandardOutput

/// The offline bench: no daemon is needed.
@main
struct NeuralLensLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neurallens-lab",
        abstract: "Simulate, pair, train, evaluate, validate, import, apply and measure, without a daemon.",
        subcommands: [
            Simulate.self, MakeLibrary.self, Pair.self, Train.self, Evaluate.self, Import.self, RunNetwork.self,
            Apply.self, Fuse.self, Score.self,
            Validate.self, SealLens.self, Exchange.self, Familiarise.self, Bench.self, ProbeCamera.self,
            SimulateMotor.self,
        ])

    static func main() async {
        StandardOutput.watch()
        await main(nil)
    }
}
