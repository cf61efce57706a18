internal import Grains

extension EvaluationReport.Score {
    init(_ tally: Agreement.Tally) {
        self.init(
            actual: tally.actual, counted: tally.counted, matched: tally.matched, precision: tally.precision,
            recall: tally.recall, f1: tally.f1)
    }
}

extension EvaluationReport.Spines {
    init(_ found: SpineAgreement) {
        func errors(_ e: SpineAgreement.Errors) -> Errors {
            Errors(
                pairs: e.count, meanXPixels: e.meanX, meanYPixels: e.meanY, deviationXPixels: e.deviationX,
                deviationYPixels: e.deviationY, deviationXNm: e.deviationX * found.nmPerPixel,
                deviationYNm: e.deviationY * found.nmPerPixel)
        }
        self.init(
            trueSpines: found.trueSpines, generatedSpines: found.generatedSpines, recall: found.recall,
            precision: found.precision, paired: errors(found.paired), againstTips: errors(found.againstTips),
            detector: errors(found.detector),
            chance: errors(found.chance), chanceRecall: found.chanceRecall)
    }
}

extension EvaluationReport.Sulcus {
    init(_ found: SulcusVisibility) {
        func mean(_ value: (SulcusVisibility.GrainProfile) -> Double) -> Double {
            found.grains.isEmpty ? 0 : found.grains.map(value).reduce(0, +) / Double(found.grains.count)
        }
        self.init(
            facingUp: found.facing, shown: found.grains.count, drawn: found.drawn,
            shownInGenerated: found.visible, facingDown: found.contrastsFacingDown.count,
            faintlyInvented: found.faintlyInvented, invented: found.invented,
            meanTrueContrast: mean(\.trueContrast), meanGeneratedContrast: mean(\.generatedContrast),
            meanCorrelation: mean(\.correlation))
    }
}

extension EvaluationReport.Reliability {
    init(_ found: Calibration) {
        self.init(
            grains: found.count, expectedCalibrationError: found.expectedError,
            curve: found.bins.filter { $0.count > 0 }.map {
                Point(grains: $0.count, confidence: $0.meanConfidence, accuracy: $0.accuracy)
            })
    }
}
