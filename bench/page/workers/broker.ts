/** The broker of the workload `shared`. */
import 'atelier-react/broker'
